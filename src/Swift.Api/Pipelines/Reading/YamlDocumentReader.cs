using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlText = YamlDotNet.Core.Events.Scalar;

namespace Swift.Api.Pipelines.Reading;

/// <summary>YAML text → the tree that the same specification in JSON gives. One document; anchors may be used, within the limits of size.</summary>
internal sealed class YamlDocumentReader
{
    private readonly IParser _parser;
    private readonly SpecificationErrors _errors;
    private readonly Dictionary<AnchorName, JsonNode?> _anchors = [];
    private int _nodes;

    private YamlDocumentReader(string text, SpecificationErrors errors)
    {
        _parser = new Parser(new StringReader(text));
        _errors = errors;
    }

    public static JsonNode? Read(string text, SpecificationErrors errors)
    {
        try
        {
            return new YamlDocumentReader(text, errors).Document();
        }
        catch (YamlException broken)
        {
            errors.Add(SpecificationErrors.Root, $"Not valid YAML at {Place(broken, text)}: {broken.Message}");
            return null;
        }
    }

    private static string Place(YamlException broken, string text)
    {
        // YamlDotNet says where the enclosing mapping begins, not where the tab stands.
        if (broken.Message.Contains("tab", StringComparison.Ordinal))
        {
            var line = Array.FindIndex(text.Split('\n'), line => line.AsSpan(0, line.Length - line.AsSpan().TrimStart().Length).Contains('\t'));
            if (line >= 0) return $"line {line + 1}, which is indented with a tab instead of spaces";
        }
        return $"line {broken.Start.Line}, column {broken.Start.Column}";
    }

    private JsonNode? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out _)) return null;
        _parser.Consume<DocumentStart>();
        var root = Node(SpecificationErrors.Root, 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
            _errors.Add(SpecificationErrors.Root, $"A second document starts at line {second.Start.Line}; send one pipeline at a time.");
        return root;
    }

    private JsonNode? Node(string path, int depth)
    {
        // Both limits throw: past them the rest of the text is of no interest.
        if (depth > SpecificationLimits.Depth) throw Broken($"nested deeper than {SpecificationLimits.Depth} levels");
        Count(1);

        if (_parser.TryConsume<AnchorAlias>(out var alias)) return Repeat(alias);

        var start = (NodeEvent)_parser.Current!;
        JsonNode? value = start switch
        {
            YamlText => ScalarValue(path),
            SequenceStart => Sequence(path, depth),
            MappingStart => Mapping(path, depth),
            _ => throw Broken("unexpected content"),
        };
        if (!start.Anchor.IsEmpty) _anchors[start.Anchor] = value?.DeepClone();
        return value;
    }

    private JsonNode? ScalarValue(string path)
    {
        var scalar = _parser.Consume<YamlText>();
        var value = YamlScalar.Read(scalar, out var problem);
        if (problem is not null) _errors.Add(path, $"{problem} (line {scalar.Start.Line})");
        return value;
    }

    private JsonArray Sequence(string path, int depth)
    {
        _parser.Consume<SequenceStart>();
        var list = new JsonArray();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            list.Add(Node(SpecificationPath.Item(path, list.Count), depth + 1));
        return list;
    }

    private JsonObject Mapping(string path, int depth)
    {
        _parser.Consume<MappingStart>();
        var map = new JsonObject();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<YamlText>(out var key)) throw Broken("a key must be text");
            var at = SpecificationPath.Field(path, key.Value);
            var value = Node(at, depth + 1);
            if (!map.TryAdd(key.Value, value)) _errors.Add(at, $"Written twice, again at line {key.Start.Line}; keep one.");
        }
        return map;
    }

    private JsonNode? Repeat(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value, out var node)) throw Broken($"nothing before it is named &{alias.Value}");
        // Aliases of aliases grow exponentially ("billion laughs"): what they repeat counts as if it were written out.
        Count(Size(node));
        return node?.DeepClone();
    }

    private void Count(int nodes)
    {
        _nodes += nodes;
        if (_nodes > SpecificationLimits.Nodes) throw Broken($"more than {SpecificationLimits.Nodes} values");
    }

    private static int Size(JsonNode? node) => node switch
    {
        JsonArray list => 1 + list.Sum(Size),
        JsonObject map => 1 + map.Sum(entry => Size(entry.Value)),
        _ => 1,
    };

    private YamlException Broken(string message)
    {
        var at = _parser.Current;
        return new YamlException(at?.Start ?? Mark.Empty, at?.End ?? Mark.Empty, message);
    }
}

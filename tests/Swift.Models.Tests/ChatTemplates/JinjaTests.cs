using System.Text.Json;
using Swift.Contracts.Experiments;
using Swift.Models.ChatTemplates.Jinja;

namespace Swift.Models.Tests.ChatTemplates;

public sealed class JinjaTests
{
    private const string Context =
        """{"name": "Ann", "items": [3, 1, 2], "person": {"age": 41, "city": "Zürich", "items": 5}, "pi": 3.5, "none": null, "yes": true, "rows": [{"a": "x", "n": 2}, {"a": "Y", "n": 1}, {"n": 0}], "emoji": "a👍b"}""";

    [Theory]
    // Values as Python prints them.
    [InlineData("{{ yes }} {{ none }} {{ pi }} {{ 2.0 }} {{ 1e16 }} {{ 1e-5 }} {{ 123456789.125 }} {{ 0.1 + 0.2 }}", "True None 3.5 2.0 1e+16 1e-05 123456789.125 0.30000000000000004")]
    [InlineData("{{ items }} {{ person }} {{ [none, 'it\\'s', \"q\\\"\", '\\n'] }}", "[3, 1, 2] {'age': 41, 'city': 'Zürich', 'items': 5} [None, \"it's\", 'q\"', '\\n']")]
    [InlineData("{{ (1,) }} {{ () }} {{ 1, 2 }} {{ {} }} {{ [] }}", "(1,) () (1, 2) {} []")]
    [InlineData("[{{ missing }}] {{ missing is defined }} {{ person.missing is defined }} {{ missing or 'x' }}", "[] False False x")]
    // Operators and precedence.
    [InlineData("{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 3 ** 2 }} {{ 2 + 3 * 4 }} {{ 'a' ~ 1 * 2 }} {{ -2|abs }}", "3 -4 2 3.5 64 14 a2 2")]
    [InlineData("{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ not 1 == 2 }} {{ 2 in items }} {{ 5 not in items }} {{ 'n' in name }} {{ 'age' in person }}", "True False True True True True True")]
    [InlineData("{{ 'a' if yes else 'b' }}{{ 'a' if none }}|{{ none and 1 }}|{{ 0 or [] or 'z' }}", "a|None|z")]
    [InlineData("{{ 'ab' * 3 }} {{ [1] * 2 }} {{ [1] + [2] }} {{ '%s-%03d-%.2f' % ('x', 7, 1.005) }} {{ 1 == 1.0 }} {{ true == 1 }}", "ababab [1, 1] [1, 2] x-007-1.00 True True")]
    // Members: a method before a key after a dot, a key before a method in brackets.
    [InlineData("{{ person.city }} {{ person['age'] }} {{ person['items'] }} {{ person.items()|list|length }} {{ items[-1] }} {{ items[9] is defined }} {{ rows.0.a }}", "Zürich 41 5 3 2 False x")]
    [InlineData("{{ items[1:] }} {{ items[::-1] }} {{ name[:2] }} {{ name[::-1] }} {{ emoji[1] }} {{ emoji|length }} {{ emoji[::-1] }}", "[1, 2] [2, 1, 3] An nnA 👍 3 b👍a")]
    // Methods.
    [InlineData("{{ ' a b  c '.split() }} {{ 'a,b,c'.split(',', 1) }} {{ 'a,b,c'.rsplit(',', 1) }} {{ 'xxaxx'.strip('x') }} {{ 'abc'.startswith(('z', 'a')) }}", "['a', 'b', 'c'] ['a', 'b,c'] ['a,b', 'c'] a True")]
    [InlineData("{{ 'a-b'.partition('-') }} {{ 'aXb'.lower().title() }} {{ 'abcabc'.find('c') }} {{ 'abcabc'.rfind('c') }} {{ 'aaa'.replace('a', 'b', 2) }} {{ '-'.join(['a', 'b']) }} {{ 'a\\nb'.splitlines() }}", "('a', '-', 'b') Axb 2 5 bba a-b ['a', 'b']")]
    [InlineData("{{ '{} {1} {x:>4}|{:.1f}'.format('p', 'q', x=3) if false else '{} {x:>4}|{:.1f}'.format('p', 2.25, x=3) }} {{ person.get('zip', 'none') }} {{ '7'.zfill(3) }}", "p    3|2.2 none 007")]
    // Filters.
    [InlineData("{{ items|sort }} {{ items|sort(reverse=true) }} {{ items|join('-') }} {{ items|first }} {{ items|last }} {{ items|sum }} {{ items|max }} {{ items|reverse|list }}", "[1, 2, 3] [3, 2, 1] 3-1-2 3 2 6 3 [2, 1, 3]")]
    [InlineData("{{ rows|map(attribute='a', default='-')|join }} {{ rows|selectattr('a', 'defined')|map(attribute='n')|list }} {{ rows|rejectattr('n')|list|length }} {{ items|select('>', 1)|list }} {{ items|map('string')|list }}", "xY- [2, 1] 1 [3, 2] ['3', '1', '2']")]
    [InlineData("{{ rows|sort(attribute='n')|map(attribute='n')|list }} {{ {'b': 1, 'A': 2}|dictsort }} {{ [1, 1, 2]|unique|list }} {{ [1, 2, 3]|batch(2)|list }} {{ missing|default('d') }} {{ ''|default('d', true) }}", "[0, 1, 2] [('A', 2), ('b', 1)] [1, 2] [[1, 2], [3]] d d")]
    [InlineData("{{ 'a\\nb\\n\\nc'|indent(2) }}|{{ ' x '|trim }}|{{ '3.7'|int }}|{{ 'x'|int(-1) }}|{{ '1.5'|float }}|{{ 2.5|round }}|{{ 2.567|round(2) }}|{{ 'ab'|capitalize }}|{{ 'a b'|title }}", "a\n  b\n\n  c|x|3|-1|1.5|2.0|2.57|Ab|A B")]
    // json.dumps.
    [InlineData("{{ person|tojson }} {{ [1, 2.0, none, true, 'é\\n\"<']|tojson }} {{ {}|tojson }} {{ 'é'|tojson(ensure_ascii=true) }}", "{\"age\": 41, \"city\": \"Zürich\", \"items\": 5} [1, 2.0, null, true, \"é\\n\\\"<\"] {} \"\\u00e9\"")]
    [InlineData("{{ {'a': [1, {}], 'b': []}|tojson(indent=2) }}", "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}")]
    [InlineData("{{ {'b': 1, 'a': [1, 2]}|tojson(separators=(',', ':'), sort_keys=true) }}", "{\"a\":[1,2],\"b\":1}")]
    // Tests.
    [InlineData("{{ name is string }} {{ items is sequence }} {{ person is mapping }} {{ name is iterable }} {{ none is none }} {{ yes is boolean }} {{ 1 is number }} {{ yes is true }} {{ 4 is even }} {{ 9 is divisibleby 3 }} {{ 1 is not eq 2 }} {{ 3 is in items }}", "True True True True True True True True True True True True")]
    // Statements.
    [InlineData("{% for i in items %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.first }}{{ loop.last }}{{ i }},{% endfor %}", "103TrueFalse3,212FalseFalse1,321FalseTrue2,")]
    [InlineData("{% for i in items if i > 1 %}{{ i }}/{{ loop.length }} {% else %}none{% endfor %}{% for i in [] %}x{% else %}empty{% endfor %}", "3/2 2/2 empty")]
    [InlineData("{% for k, v in person.items() %}{{ k }}={{ v }};{% endfor %}{% for i in range(5) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}", "age=41;city=Zürich;items=5;02")]
    [InlineData("{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{% endfor %}{{ x }}{% set ns = namespace(x=1) %}{% for i in [5] %}{% set ns.x = i %}{% endfor %}{{ ns.x }}{% set a, b = 'pq' %}{{ b }}", "15q")]
    [InlineData("{% macro m(a, b=2) %}<{{ a }}{{ b }}{{ caller() if caller }}>{% endmacro %}{{ m(1) }}{{ m(1, b=3) }}{% call m('c') %}!{% endcall %}", "<12><13><c2!>")]
    [InlineData("{% set t %}a{{ name }}{% endset %}{{ t|upper }}{% set u | upper %}b{% endset %}{{ u }}{% filter lower %}ABC{% endfilter %}{% with q = 1 %}{{ q }}{% endwith %}{{ q }}", "AANNBabc1")]
    [InlineData("{% for i in [[1, [2]], [3]] recursive %}{% if i is sequence %}({{ loop(i) }}){% else %}{{ i }}{% endif %}{% endfor %}", "(1(2))(3)")]
    [InlineData("{% raw %}{{ x }}{% endraw %}{# no #}{{ '}}' }}{{ {'a': {'b': 1}}['a']['b'] }}", "{{ x }}}}1")]
    // White space: trim_blocks, lstrip_blocks, signs, the last newline.
    [InlineData("a\n  {% if yes %}\n  b\n  {% endif %}\nc\n", "a\n  b\nc")]
    [InlineData("a  {%- if yes -%}  \n b {% endif %}  \n\n", "ab   \n")]
    [InlineData("a\n  {%+ if yes +%}\nb{% endif %}\n", "a\n  \nb")]
    [InlineData("a {{- ' ' -}} b\n  {# c #}\nd {{ 1 }}\n", "a b\nd 1")]
    public void A_template_renders_as_it_does_in_Python(string template, string expected)
    {
        using var context = JsonDocument.Parse(Context);
        JinjaTemplate.Parse(template).Render(context.RootElement).ShouldBe(expected);
    }

    [Theory]
    [InlineData("a\n{% if x %}", "template_syntax", "line 2")]
    [InlineData("{{ 1 + }}", "template_syntax", "line 1")]
    [InlineData("{% nonsense %}", "template_syntax", "nonsense")]
    [InlineData("{{ 'abc }}", "template_syntax", "not closed")]
    [InlineData("\n\n{{ a.b.c }}", "template_failed", "line 3")]
    [InlineData("{{ 1|nonsense }}", "template_failed", "nonsense")]
    [InlineData("{{ 'a' + 1 }}", "template_failed", "unsupported operand")]
    [InlineData("{{ 9223372036854775807 + 1 }}", "template_failed", "64 bits")]
    [InlineData("{{ 1 // 0 }}", "template_failed", "zero")]
    [InlineData("{% for x in none %}{% endfor %}", "template_failed", "not iterable")]
    [InlineData("{{ raise_exception('no system role') }}", "template_refused", "no system role")]
    [InlineData("{{ 'a' * 1000000000 }}", "template_limit", "longer")]
    [InlineData("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}", "template_limit", "steps")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "template_limit", "deep")]
    [InlineData("{% set a = [] %}{% set b = [] %}{{ a.append(a) }}{{ b.append(b) }}{{ a == b }}", "template_limit", "deep")]
    [InlineData("{% set ns = namespace(t='x') %}{% for i in range(60) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}", "template_limit", "longer")]
    public void A_bad_template_is_refused_with_a_typed_error(string template, string code, string part)
    {
        using var context = JsonDocument.Parse("{}");
        var error = Should.Throw<SwiftException>(() => JinjaTemplate.Parse(template).Render(context.RootElement, new JinjaLimits { Steps = 1_000_000 }));
        error.Reason.Code.ShouldBe(code);
        error.Message.ShouldContain(part);
    }

    [Fact]
    public void A_long_chain_of_operators_is_refused_instead_of_overflowing_the_stack()
    {
        using var context = JsonDocument.Parse("{}");
        var sum = "{{ 1" + string.Concat(Enumerable.Repeat(" + 1", 200_000)) + " }}";
        Should.Throw<SwiftException>(() => JinjaTemplate.Parse(sum).Render(context.RootElement)).Reason.Code.ShouldBe("template_limit");
        var nested = "{{ " + new string('(', 100_000) + "1" + new string(')', 100_000) + " }}";
        Should.Throw<SwiftException>(() => JinjaTemplate.Parse(nested)).Reason.Code.ShouldBe("template_limit");
    }

    [Fact]
    public void The_clock_gives_strftime_now()
    {
        using var context = JsonDocument.Parse("{}");
        JinjaTemplate.Parse("{{ strftime_now('%d %b %Y, %-d %B %H:%M') }}")
            .Render(context.RootElement, clock: new FixedClock(new DateTimeOffset(2025, 3, 4, 5, 6, 7, TimeSpan.Zero))).ShouldBe("04 Mar 2025, 4 March 05:06");
    }

    [Fact]
    public void Mutated_templates_end_in_text_or_in_a_typed_error()
    {
        const string template = "{% for m in items %}{% if m['a'] is defined and m.a|length > 2 %}{{- m.a[1:]|tojson(indent=2) ~ '\\n' }}{% elif not m %}x{% else %}{% set ns.y = {'a': [1, (2,)]} %}{% endif %}{% endfor %}{% macro f(a, b='c') %}{{ a % 3 }}{% endmacro %}{{ f(1) }}{# c #}";
        using var context = JsonDocument.Parse("""{"items": [{"a": "xyz"}, {}, 3]}""");
        var limits = new JinjaLimits { Steps = 5_000, TextLength = 100_000 };
        for (var seed = 0; seed < 4_000; seed++)
        {
            var random = new Random(seed);
            var text = template.ToCharArray().ToList();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
            {
                var at = random.Next(text.Count);
                if (random.Next(3) == 0) text.RemoveAt(at);
                else if (random.Next(2) == 0) text.InsertRange(at, template.AsSpan(random.Next(template.Length - 4), 4).ToArray());
                else text[at] = "{}%#-+'\"()[]|.,:~*/ax1 \n"[random.Next(24)];
            }
            try
            {
                JinjaTemplate.Parse(new string([.. text])).Render(context.RootElement, limits);
            }
            catch (SwiftException)
            {
                // A refusal is what is wanted; anything else fails the test.
            }
        }
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => now;
    }
}

using System.CommandLine;
using System.Text.RegularExpressions;
using Swift.Cli.Terminal;
using Swift.Models.Native;
using TorchSharp;

namespace Swift.Cli.Generation;

/// <summary><c>--device</c>: where a model computes.</summary>
internal static partial class DeviceOption
{
    public static Option<string> Create() => new("--device") { Description = "cpu or cuda:N", DefaultValueFactory = _ => "cpu" };

    /// <exception cref="UsageException">It is no device, or none that this machine has.</exception>
    public static torch.Device Read(string text)
    {
        if (Form().Match(text) is not { Success: true } form)
            throw new UsageException($"--device {text}: write cpu, cuda or cuda:N.");
        TorchLibrary.Load();
        if (text != "cpu")
        {
            var count = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
            if (!int.TryParse(form.Groups[1].ValueSpan.IsEmpty ? "0" : form.Groups[1].ValueSpan, out var number) || number >= count)
                throw new UsageException(count == 0 ? $"--device {text}: no GPU can be used here; write cpu." : $"--device {text}: there are {count} of them, cuda:0 to cuda:{count - 1}.");
        }
        return torch.device(text);
    }

    [GeneratedRegex("^(?:cpu|cuda(?::([0-9]+))?)$")]
    private static partial Regex Form();
}

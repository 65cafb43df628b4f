using System.CommandLine;

namespace Swift.Cli.Commands.Data;

/// <summary><c>swift tokenizer …</c></summary>
internal sealed class TokenizerGroup : Command
{
    public TokenizerGroup() : base("tokenizer", "Trains tokenizers") => Add(new TrainTokenizer());
}

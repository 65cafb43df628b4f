using Swift.Contracts.Experiments;

namespace Swift.Data.Streaming;

/// <summary>Where a <see cref="RowStream"/> stands: a few numbers a data set, whatever was read. May be kept as JSON.</summary>
/// <param name="Block">0-based.</param>
/// <param name="RowsOfBlock">Rows of the block that were given away.</param>
/// <param name="Sources">Where every data set stood when the block began.</param>
/// <param name="Dropped">Rows that had been dropped by then.</param>
public sealed record RowStreamPosition(int Block, int RowsOfBlock, IReadOnlyList<StreamSource> Sources, IReadOnlyList<DroppedRows> Dropped);

/// <summary>Where one data set of a stream stands.</summary>
/// <param name="Usable">Usable rows taken from it since it began, the last time.</param>
/// <param name="Passes">Times it has come to its end.</param>
public readonly record struct StreamSource(SourcePosition Position, int Usable, int Passes);

/// <summary>Where reading a data set goes on.</summary>
/// <param name="File">0-based among the files of a folder.</param>
/// <param name="Rows">Rows of that file that were read, usable or not.</param>
/// <param name="Line">Line of the last of them.</param>
/// <param name="End">Byte behind it; 0 when the format cannot go on in the middle.</param>
public readonly record struct SourcePosition(int File, int Rows, int Line, long End);

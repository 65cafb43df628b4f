using Swift.Api.Pipelines.Reading;
using Swift.Api.Pipelines.Validation;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;

namespace Swift.Api.Pipelines.Inputs;

/// <summary>A data set that passed, and what was found in it.</summary>
/// <param name="Name">As the specification names it: <c>path</c> or <c>path#rows</c>.</param>
/// <param name="Field">Where the specification names it first.</param>
/// <param name="Rows">Rows of the file, usable or not.</param>
internal sealed record CheckedDataset(string Name, string Path, string Field, int Rows, IReadOnlyList<DroppedRows> Unusable);

/// <summary>Looks through every row of every data set: can its stage use it?</summary>
internal sealed class DatasetInputs
{
    private readonly SpecificationErrors _errors;
    private readonly Dictionary<string, CheckedDataset> _datasets = [];
    private readonly Dictionary<int, int> _rows = [];

    private DatasetInputs(SpecificationErrors errors) => _errors = errors;

    public IReadOnlyCollection<CheckedDataset> Datasets => _datasets.Values;

    /// <summary>Rows that one epoch of a stage sees, by the stage's index.</summary>
    public IReadOnlyDictionary<int, int> RowsByStage => _rows;

    public static DatasetInputs Check(PipelineSpec pipeline, SpecificationErrors errors, CancellationToken ct)
    {
        var inputs = new DatasetInputs(errors);
        for (var i = 0; i < pipeline.Stages.Count; i++)
        {
            var stage = pipeline.Stages[i];
            var path = SpecificationPath.Field(PipelineValidation.StagePath(i), "data");
            if (stage.Data is null || errors.Knows(path)) continue;
            for (var j = 0; j < stage.Data.Dataset.Count; j++)
                inputs._rows[i] = inputs._rows.GetValueOrDefault(i) + inputs.Check(stage, stage.Data, path, j, ct);
        }
        return inputs;
    }

    /// <summary>Rows that the stage takes of the data set; 0 when it was refused.</summary>
    private int Check(StageSpec stage, DataSpec data, string section, int index, CancellationToken ct)
    {
        var name = data.Dataset[index];
        var field = SpecificationPath.Item(SpecificationPath.Field(section, "dataset"), index);
        if (_errors.Knows(field)) return 0;
        try
        {
            var file = DatasetFile.Parse(name);
            if (InputFile.FolderOrFileProblem(file.Path, DatasetFile.HoldsRows) is { } problem)
            {
                _errors.Add(field, problem);
                return 0;
            }
            var found = DatasetInspection.Inspect(name, data, UseOf(stage), limit: null, ct);
            Remember(new CheckedDataset(name, file.Path, field, found.Rows, found.Unusable));
            return file.Rows ?? found.UsableRows;
        }
        catch (SwiftException refused)
        {
            _errors.Add(refused.Reason.Code == "dataset_column_missing" ? SpecificationPath.Field(section, "columns") : field, refused.Reason.Message);
            return 0;
        }
    }

    /// <summary>Several stages may use one data set, each for its own purpose: what any of them cannot use is kept.</summary>
    private void Remember(CheckedDataset dataset)
    {
        if (_datasets.TryGetValue(dataset.Name, out var earlier))
        {
            var others = dataset.Unusable.Where(rows => earlier.Unusable.All(known => known.Reason != rows.Reason));
            dataset = earlier with { Unusable = [.. earlier.Unusable, .. others] };
        }
        _datasets[dataset.Name] = dataset;
    }

    private static RowUse UseOf(StageSpec stage) => stage.Kind switch
    {
        StageKind.Sft => RowUse.Learn,
        StageKind.Grpo when !(stage.Grpo ?? new GrpoSpec()).RewardFuncs.Contains("accuracy") => RowUse.Prompt,
        _ => RowUse.Evaluate,
    };
}

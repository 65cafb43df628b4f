using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;

namespace Swift.Training.Optimization;

/// <summary>The learning rate as a function of the step and of nothing else, with Hugging Face's formulas: linear warm-up from 0, then the shape.</summary>
public sealed class LearningRateSchedule
{
    private readonly double _peak;
    private readonly int _totalSteps;
    private readonly int _warmupSteps;
    private readonly Func<double, double> _shape;

    /// <exception cref="SwiftException">Bad input <c>lr_scheduler_unknown</c>.</exception>
    public LearningRateSchedule(TrainSpec train, int totalSteps)
    {
        _peak = train.LearningRate;
        _totalSteps = totalSteps;
        _warmupSteps = (int)Math.Ceiling(totalSteps * train.WarmupRatio);
        _shape = train.LrSchedulerType switch
        {
            "cosine" => progress => 0.5 * (1 + Math.Cos(Math.PI * progress)),
            "linear" => progress => 1 - progress,
            "constant" => _ => 1,
            var other => throw SwiftException.BadInput("lr_scheduler_unknown", $"lr_scheduler_type: '{other}' is unknown. Known: cosine, linear, constant."),
        };
    }

    /// <param name="step">0-based: steps done before this one.</param>
    public double At(int step)
    {
        if (step < _warmupSteps)
            return _peak * step / Math.Max(1, _warmupSteps);
        var progress = (double)(step - _warmupSteps) / Math.Max(1, _totalSteps - _warmupSteps);
        return _peak * _shape(Math.Min(1, progress));
    }
}

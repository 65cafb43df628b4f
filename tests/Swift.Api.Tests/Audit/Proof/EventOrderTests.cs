using Swift.Api.Audit.Heads;
using Swift.Api.Audit.Log;
using Swift.Api.Audit.Verification;
using Swift.Contracts.Rest;

namespace Swift.Api.Tests.Audit.Proof;

/// <summary>An event that is added to the past is sealed like one that was late; what gives it away, and what must not raise an alarm.</summary>
public sealed class EventOrderTests(SealedLog log) : IClassFixture<SealedLog>, IAsyncDisposable
{
    private static readonly DateTime Noon = new(2026, 11, 24, 12, 0, 0, DateTimeKind.Utc);
    private readonly Findings _findings = new();

    public async ValueTask DisposeAsync() => await log.Restore();

    [Fact]
    public async Task An_event_sealed_late_with_a_number_before_that_of_its_predecessor_is_found()
    {
        await log.Execute("update swift.mt_streams set version = version + 1 where id = (select stream_id from swift.mt_events order by seq_id desc limit 1)");
        await log.Execute(
            """
            insert into swift.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
            select -5, gen_random_uuid(), stream_id, (select version from swift.mt_streams s where s.id = stream_id), data, type, now(), tenant_id from swift.mt_events order by seq_id desc limit 1
            """);
        var leaf = await Seal() - 1;
        var finding = (await log.Verify()).Findings.ShouldHaveSingleItem();
        (finding.Code, finding.Sequence, finding.LeafIndex).ShouldBe(("stream_out_of_order", -5, leaf));
    }

    [Fact]
    public async Task A_stream_that_claims_to_have_begun_long_before_it_was_sealed_is_found()
    {
        await Begin("now() - interval '30 minutes'");
        await Seal();
        (await log.Verify()).Findings.ShouldBeEmpty("clocks differ, transactions take their time");

        await log.Restore();
        await Begin("now() - interval '30 days'");
        var leaf = await Seal() - 1;
        var finding = (await log.Verify()).Findings.ShouldHaveSingleItem();
        (finding.Code, finding.Sequence, finding.LeafIndex).ShouldBe(("event_backdated", -5, leaf));
    }

    [Fact]
    public void Events_that_waited_for_a_node_to_seal_them_are_no_backdated_ones()
    {
        Sealed([0, 1, 2, 3], hours => Noon.AddHours(hours));
        Order.CompareWith([Head(2, Noon.AddDays(3)), Head(4, Noon.AddDays(3))]);
        _findings.All.ShouldBeEmpty();
    }

    [Fact]
    public void One_clock_that_was_ahead_makes_no_backdated_ones_of_all_that_follows()
    {
        Sealed([0, 1, 2, 3], minutes => minutes == 1 ? Noon.AddDays(1) : Noon.AddMinutes(minutes));
        Order.CompareWith([Head(2, Noon.AddMinutes(1)), Head(3, Noon.AddMinutes(2)), Head(4, Noon.AddDays(9))]);
        _findings.All.ShouldBeEmpty();
    }

    [Fact]
    public void Only_heads_that_do_not_cover_an_event_and_more_than_an_hour_speak_against_it()
    {
        Sealed([0, 600, 540, 539, 0], minutes => Noon.AddMinutes(minutes));
        Order.CompareWith([Head(5, Noon.AddMinutes(602)), Head(2, Noon.AddMinutes(600))]);
        _findings.All.Select(finding => (finding.Code, finding.LeafIndex)).ShouldBe([("event_backdated", 3L), ("event_backdated", 4L)]);
    }

    [Fact]
    public void Versions_numbers_and_leaves_of_a_stream_grow_together()
    {
        var stream = Guid.NewGuid();
        (long Sequence, long Version)[] events = [(5, 1), (9, 2), (7, 3), (12, 3), (13, 4)];
        foreach (var (i, (sequence, version)) in events.Index())
        {
            Order.Add(i, new EventLeaf(new EventPlace(sequence, Guid.NewGuid(), stream, version, "x.v1"), Noon, []));
            Order.Add(i, new EventLeaf(new EventPlace(100 - i, Guid.NewGuid(), Guid.NewGuid(), 1, "of another stream"), Noon, []));
        }
        _findings.All.Select(finding => (finding.Code, finding.LeafIndex)).ShouldBe([("stream_out_of_order", 2L), ("stream_out_of_order", 3L)]);
    }

    private EventOrder Order => field ??= new EventOrder(_findings);

    private void Sealed(int[] when, Func<int, DateTime> time)
    {
        foreach (var (index, moment) in when.Index())
        {
            Order.Add(index, new EventLeaf(new EventPlace(index + 1, Guid.NewGuid(), Guid.NewGuid(), 1, "x.v1"), time(moment), []));
        }
    }

    private static TreeHead Head(long size, DateTime signed) => new(size, "", HeadFormat.Timestamp(signed), "", "");

    private Task<long> Seal() => LogSealer.SealAsync(log.Superuser, long.MaxValue, everything: false, TestContext.Current.CancellationToken);

    /// <summary>A new stream, under a number that no event ever had.</summary>
    private Task Begin(string time) => log.Execute(
        $"""
        with stream as (insert into swift.mt_streams (id, type, version) values (gen_random_uuid(), 'experiment', 1) returning id)
        insert into swift.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
        select -5, gen_random_uuid(), stream.id, 1, e.data, e.type, {time}, e.tenant_id from swift.mt_events e, stream where e.seq_id = (select max(seq_id) from swift.mt_events)
        """);
}

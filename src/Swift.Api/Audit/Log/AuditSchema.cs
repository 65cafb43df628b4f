using Marten;
using Marten.Schema;
using Npgsql;

namespace Swift.Api.Audit.Log;

/// <summary>
/// The tables of the log, and triggers that refuse to change or delete an event or an entry of the log. Made at the first
/// start, by whoever may; after that nothing is executed that needs rights on tables.
/// </summary>
internal sealed class AuditSchema : IInitialData
{
    /// <summary>One number for all that must not happen twice at a time in the log: "swift".</summary>
    internal const long Lock = 0x7377696674;

    private const string Exists = "select exists (select from pg_trigger where tgname = 'keep_values' and tgrelid = 'swift.mt_events'::regclass)";

    private const string Create = """
        create table swift.audit_leaves (
            index bigint primary key check (index >= 0),
            sequence bigint not null unique,
            event_id uuid not null unique);
        create table swift.audit_nodes (
            level smallint not null,
            index bigint not null,
            hash bytea not null check (length(hash) = 32),
            primary key (level, index));
        create table swift.audit_heads (
            tree_size bigint primary key,
            root_hash bytea not null check (length(root_hash) = 32),
            signed_at timestamptz not null,
            key_id text not null,
            signature bytea not null);

        create function swift.refuse_change() returns trigger language plpgsql as $$
        begin
            raise exception '% on % is refused: history is only added to', tg_op, tg_table_name using errcode = '42501';
        end $$;

        create function swift.refuse_change_of_event() returns trigger language plpgsql as $$
        declare
            archived swift.mt_events := old;
        begin
            archived.is_archived := new.is_archived;
            if archived is distinct from new then
                raise exception 'update of event % is refused: history is only added to', old.seq_id using errcode = '42501';
            end if;
            return new;
        end $$;

        do $$
        declare
            kept text;
        begin
            foreach kept in array array['mt_events', 'audit_leaves', 'audit_nodes', 'audit_heads'] loop
                execute format('create trigger keep_rows before delete on swift.%I for each row execute function swift.refuse_change()', kept);
                execute format('create trigger keep_table before truncate on swift.%I for each statement execute function swift.refuse_change()', kept);
                execute format('create trigger keep_values before update on swift.%I for each row execute function swift.%I()',
                    kept, case kept when 'mt_events' then 'refuse_change_of_event' else 'refuse_change' end);
            end loop;
        end $$;
        """;

    /// <summary>Runs after Marten's own tables are there and before its daemon.</summary>
    public async Task Populate(IDocumentStore store, CancellationToken ct)
    {
        await using var connection = store.Storage.Database.CreateConnection();
        await connection.OpenAsync(ct);
        if (await IsThere(connection, ct)) return;
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var create = new NpgsqlCommand($"select pg_advisory_xact_lock({Lock})", connection, transaction);
        await create.ExecuteNonQueryAsync(ct);
        if (await IsThere(connection, ct)) return;
        create.CommandText = Create;
        await create.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private static async Task<bool> IsThere(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var exists = new NpgsqlCommand(Exists, connection);
        return await exists.ExecuteScalarAsync(ct) is true;
    }
}

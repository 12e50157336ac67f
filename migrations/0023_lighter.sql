-- Most of the time nobody has a conversation open: then what was written is not looked through for it.
create or replace function tell_watchers() returns trigger language plpgsql as $$
begin
    if exists (select from conversation_watch) then
        perform pg_notify('conversation', watched.citizen_id::text)
        from (select distinct fresh.citizen_id from fresh join conversation_watch using (citizen_id)) as watched;
    end if;
    return null;
end
$$;

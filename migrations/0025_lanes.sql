-- What Zalo tells of our messages waits in no lane, and is much: whoever claims turns does not walk past it.
drop index inbox_event_waiting_first;

-- `> 0`, which every citizen is, and not `is not null`: so that Postgres does not take it where one citizen's lane is asked for,
-- as it does while the table is small.
create index inbox_event_waiting_first on inbox_event (inbox_event_id) where state = 'waiting' and citizen_id > 0;

create index inbox_event_laneless on inbox_event (inbox_event_id) where state = 'waiting' and citizen_id is null;

-- A month's figures are counted from these alone, whatever the register holds.
drop index petition_submitted;
create index petition_submitted on petition (submitted_at) include (handling_agency_id);
create index petition_answered on petition (answered_at) include (handling_agency_id, answer_due_at, missed_due_at)
    where answered_at is not null;
create index petition_turned_away on petition (closed_at) include (handling_agency_id, status)
    where status in ('refused', 'transferred_out');
create index petition_reopened on petition (reopened_at) include (handling_agency_id) where reopened_at is not null;

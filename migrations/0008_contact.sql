-- Contact data used again, identity papers, what a petition is about, and a conduct incident in its parts.

alter table petition
    -- what it is about, as a key («social_allowance»); empty: nobody knows yet
    add column topic text not null default '',
    -- conduct: the day, the hour and the step of the counter, read from what was told; the words stay in `incident`
    add column incident_on date,
    add column incident_time time,
    add column incident_step text check (incident_step in ('reception', 'handling', 'result'));

-- Published petitions of one agency about one matter, the newest first: offered to whoever writes about the same.
create index petition_similar on petition (coalesce(handling_agency_id, target_agency_id), topic, published_at desc)
    where status = 'published';

alter table attachment
    -- a paper that proves who somebody is: only the focal office opens it
    add column is_identity boolean not null default false;

alter table consent drop constraint consent_purpose_check;
alter table consent add constraint consent_purpose_check
    check (purpose in ('processing', 'publication', 'reuse'));

alter table citizen
    -- contact data of petitions filed before this is not offered again
    add column contact_forgotten_at timestamptz;

-- Officers in the chat, and citizens' rights over their data.

-- The talk between the office and a citizen: while it goes on, the machine is silent. One line a citizen, the latest talk.
create table officer_talk (
    citizen_id bigint primary key references citizen,
    -- the office's last word, in our page or in Zalo's own tool; null: called for, and ended without one
    wrote_at timestamptz,
    -- the talk is over: an officer said so, or the citizen went on with the machine
    ended_at timestamptz,
    -- an officer ended it, and the dialog has not been told yet
    notice_due boolean not null default false
);

create index officer_talk_notice_due on officer_talk (citizen_id) where notice_due;
create index officer_talk_open on officer_talk (wrote_at) where ended_at is null;

-- The last thing the citizen wrote while the machine was silent («tin mới»).
alter table officer_call add column news_at timestamptz;
create index officer_call_citizen on officer_call (citizen_id, officer_call_id);

-- Each use of the data is agreed to, and withdrawn, on its own.
alter table consent drop constraint consent_purpose_check;
alter table consent add constraint consent_purpose_check
    check (purpose in ('processing', 'publication', 'reuse', 'survey', 'messages'));

-- What a citizen asked about their data, until an officer has done it (Law 91/2025/QH15: answered within 2 working days).
create table data_request (
    data_request_id bigint generated always as identity primary key,
    -- null: Zalo told us of somebody whom we do not find
    citizen_id bigint references citizen,
    kind text not null check (kind in ('erase', 'correct', 'unpublish')),
    -- the citizen's words, or what it concerns
    about text not null default '',
    requested_at timestamptz not null,
    due_at timestamptz not null,
    done_at timestamptz,
    officer_id bigint references officer,
    constraint done_by_somebody check ((done_at is null) = (officer_id is null))
);

create index data_request_open on data_request (due_at, data_request_id) where done_at is null;

-- The sender had their data erased: who they are is kept because the register must keep it, but locked.
alter table petition add column contact_locked_at timestamptz;
-- What was said in the chat before is not shown any more.
alter table citizen add column erased_at timestamptz;

-- Withheld: a notice for somebody who does not want to be written to.
alter table outbox_message drop constraint outbox_message_state_check;
alter table outbox_message add constraint outbox_message_state_check
    check (state in ('waiting', 'leased', 'sent', 'replaced', 'given_up', 'unreachable', 'withheld'));

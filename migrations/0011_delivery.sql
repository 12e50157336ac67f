-- Delivery that can be trusted: the ways to a citizen, what each attempt came to, how urgent a message is.

alter table outbox_message
    -- what a template message would say (zalo::message::Template), and the number it would go to (E.164); none: chat only.
    -- Both are emptied when the message has gone out.
    add column template jsonb,
    add column phone text,
    -- the way it went, or was tried last
    add column channel text not null default 'chat' check (channel in ('chat', 'template_user', 'template_phone')),
    -- the ways that were refused
    add column closed text[] not null default '{}',
    -- when the chat was refused: a citizen heard since can be written to again
    add column chat_closed_at timestamptz,
    -- when these attempts began: with the message, or when it was put on its way again
    add column begun_at timestamptz,
    -- 0: somebody waits in the chat; 1: news; 2: reminders. In this order they are sent
    add column urgency smallint not null generated always as (case kind when 'notice' then 1 when 'reminder' then 2 else 0 end) stored,
    -- when something is to be done: sent, or taken over from a worker that did not come back
    add column due_at timestamptz generated always as (case state when 'waiting' then send_at when 'leased' then lease_until end) stored,
    -- what Zalo's answer said of the allowance it was taken from; whether it cost nothing, as far as we can tell
    add column quota_kind text,
    add column quota_left bigint,
    add column is_free boolean;

update outbox_message set begun_at = created_at;
alter table outbox_message alter column begun_at set not null;

-- called: no message reached the citizen, and an officer told them
alter table outbox_message drop constraint outbox_message_state_check;
alter table outbox_message add constraint outbox_message_state_check check (state in
    ('waiting', 'leased', 'sent', 'replaced', 'given_up', 'unreachable', 'withheld', 'called'));

update outbox_message set state = 'called'
from petition_event
where petition_event.action = 'call' and petition_event.petition_id = outbox_message.petition_id
  and (petition_event.detail ->> 'outbox_message_id')::bigint = outbox_message.outbox_message_id
  and outbox_message.state in ('given_up', 'unreachable');

drop index outbox_message_due;
drop index outbox_message_waiting_first;
create index outbox_message_due on outbox_message (urgency, due_at, outbox_message_id) where state in ('waiting', 'leased');
-- what can be said in the chat as soon as its citizen is heard again
create index outbox_message_stranded on outbox_message (citizen_id)
    where kind = 'notice' and (state = 'unreachable' or state = 'waiting' and channel <> 'chat');

-- What became of an attempt that did not send the message, and who put it on its way again. Lines are added, never changed.
create table outbox_attempt (
    outbox_attempt_id bigint generated always as identity primary key,
    outbox_message_id bigint not null references outbox_message,
    channel text not null,
    -- later, next_way, given_up, unreachable; again: an officer sent it again; returned: its citizen was heard again
    outcome text not null,
    -- Zalo's number, where it gave one
    code bigint,
    reason text,
    officer_id bigint references officer,
    attempted_at timestamptz not null
);

create index outbox_attempt_message on outbox_attempt (outbox_message_id, outbox_attempt_id);

-- Uploads are limited by the month (zalo-oa 5).
create table zalo_upload_count (
    month_on date primary key,
    uploads int not null
);

-- What only a person can put in order: one line a kind, until it is over.
create table zalo_alert (
    kind text primary key,
    code bigint,
    reason text not null,
    raised_at timestamptz not null,
    last_at timestamptz not null
);

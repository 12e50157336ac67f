-- Answers to questions that an office added to the form by itself (`kept_as` in dialogs/): a list, in the order of the
-- form, of {"answer", "label", "value"}. The value is the citizen's words, or what the chosen button stands for.
alter table petition add column extra jsonb not null default '[]' check (jsonb_typeof(extra) = 'array');

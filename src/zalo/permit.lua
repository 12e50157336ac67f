-- How many calls may be made now. KEYS: the rate, then the circuits, the chat's first.
-- ARGV: now, calls that come back each millisecond, a full bucket (0: nobody counts), calls left for others, calls wanted,
-- how long a probe counts. Gives the calls, then for each circuit its state and until when it is open.
local now, fill, full = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local leave, calls, probe = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local CLOSED, WATCHED, HALF_OPEN, OPEN, HALTED = 0, 1, 2, 3, 4

local circuits, chat = {}, CLOSED
for i = 2, #KEYS do
    local found = redis.call('HMGET', KEYS[i], 'failures', 'open_until', 'halted')
    local open_until = tonumber(found[2]) or 0
    local state = CLOSED
    if open_until > now then
        state = found[3] and HALTED or OPEN
    elseif open_until > 0 then
        state = HALF_OPEN
    elseif found[1] then
        state = WATCHED
    end
    if i == 2 then chat = state end
    circuits[#circuits + 1] = state
    circuits[#circuits + 1] = open_until
end

if chat == OPEN or chat == HALTED then calls = 0 end
if chat == HALF_OPEN then calls = math.min(calls, 1) end

if full > 0 then
    local found = redis.call('HMGET', KEYS[1], 'tokens', 'at')
    local tokens, at = tonumber(found[1]) or full, tonumber(found[2]) or now
    if now > at then tokens = math.min(full, tokens + (now - at) * fill) end
    calls = math.max(0, math.min(calls, math.floor(tokens - leave)))
    redis.call('HSET', KEYS[1], 'tokens', tostring(tokens - calls), 'at', ARGV[1])
    redis.call('PEXPIRE', KEYS[1], 600000)
end

-- One message goes through to see; the others wait for what it tells.
if chat == HALF_OPEN and calls > 0 then
    redis.call('HSET', KEYS[2], 'open_until', now + probe, 'probing', 1)
end

table.insert(circuits, 1, calls)
return circuits

-- How a call ended. KEYS: the circuit. ARGV: what happened, now, how many calls, failures that open, the first pause, the
-- longest pause.
local what, now, count = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local most, first, longest = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])

if what == 'answered' then
    redis.call('DEL', KEYS[1])
    return
end

local failures = redis.call('HINCRBY', KEYS[1], 'failures', count)
local found = redis.call('HMGET', KEYS[1], 'open_until', 'pause', 'probing')
local is_open = (tonumber(found[1]) or 0) > now and not found[3]
redis.call('HDEL', KEYS[1], 'probing')
if what == 'halted' then
    redis.call('HSET', KEYS[1], 'open_until', now + first, 'halted', 1)
elseif (failures >= most or found[1]) and not is_open then
    local pause = math.min(longest, (tonumber(found[2]) or first / 2) * 2)
    redis.call('HSET', KEYS[1], 'open_until', now + pause, 'pause', pause)
    redis.call('HDEL', KEYS[1], 'halted')
end
redis.call('PEXPIRE', KEYS[1], 86400000)

-- One operation on a shared run, whole or not at all; see store.rs, which says what each does.
-- KEYS: the log, when each slot was last heard of, the lines of the operation's slot, the plan.
-- ARGV: operation, known entries, the last of them, slot or nothing, milliseconds to keep the keys,
-- what it needs.
-- Gives: done, time in milliseconds, alive, entries, the new ones, beats, lines.
local log, beats, lines, plan = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local op, seen, last, slot, keep = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
-- A server that came back with what it had some time before has others where it had the last one.
if last ~= '' and (seen == 0 or redis.call('LINDEX', log, seen - 1) ~= last) then
  return { 0, now, 0, 0, {}, {}, {} }
end
local is_new = redis.call('LLEN', log) == seen

local function is_alive()
  return slot == '' or redis.call('HEXISTS', beats, slot) == 1
end

local function beat()
  if slot ~= '' then redis.call('HSET', beats, slot, now) end
end

local done = true
if op == 'join' then
  done = is_new
  if done then
    redis.call('RPUSH', log, ARGV[6])
    beat()
  end
elseif op == 'append' then
  done = is_new and is_alive()
  if done then
    redis.call('RPUSH', log, ARGV[6])
    beat()
  end
elseif op == 'close' then
  local heard = redis.call('HGET', beats, slot) or ''
  done = is_new and heard == ARGV[7] and redis.call('LLEN', lines) == tonumber(ARGV[8])
  if done then
    redis.call('RPUSH', log, ARGV[6])
    redis.call('HDEL', beats, slot)
  end
elseif op == 'beat' then
  done = is_alive()
  if done then beat() end
elseif op == 'tell' then
  local count, from = redis.call('LLEN', lines), tonumber(ARGV[6])
  done = is_alive() and count >= from
  if done then
    for at = 7 + count - from, #ARGV do redis.call('RPUSH', lines, ARGV[at]) end
    beat()
  end
end

if done and op ~= 'read' and op ~= 'lines' then
  for _, key in ipairs({ log, beats, lines, plan }) do redis.call('PEXPIRE', key, keep) end
end

local heard, given = {}, {}
if op == 'read' then heard = redis.call('HGETALL', beats) end
if op == 'lines' then
  local from = tonumber(ARGV[6])
  given = redis.call('LRANGE', lines, from, from + tonumber(ARGV[7]) - 1)
end
return {
  done and 1 or 0, now, is_alive() and 1 or 0, redis.call('LLEN', log),
  redis.call('LRANGE', log, seen, -1), heard, given,
}

-- Reads the lobby, or changes it if it is still as the caller knows it.
-- KEYS: the lobby.
-- ARGV: its text as it is known, empty where there is none; the new one, empty to remove it;
-- milliseconds to keep it. Or nothing, to read.
-- Gives: changed, time in milliseconds, the text that was there before.
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local text = redis.call('GET', KEYS[1]) or ''
if #ARGV == 0 or text ~= ARGV[1] then return { 0, now, text } end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
return { 1, now, text }

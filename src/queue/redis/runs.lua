-- Removes the keys of a run, if it is still as the caller knows it.
-- KEYS: the log, when each slot was last heard of, then all keys that are to go.
-- ARGV: known entries, the last moment at which a slot was heard of; or neither, to ask nothing.
-- Gives: how many keys went; -1 where somebody was faster.
if #ARGV > 0 then
  if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[1]) then return -1 end
  for _, beat in ipairs(redis.call('HVALS', KEYS[2])) do
    if tonumber(beat) > tonumber(ARGV[2]) then return -1 end
  end
end
local gone = 0
for at = 3, #KEYS do gone = gone + redis.call('UNLINK', KEYS[at]) end
return gone

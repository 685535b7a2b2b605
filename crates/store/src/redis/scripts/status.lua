-- Users with what add_listed adds of each. ARGV: the users
local answer = {}
for _, user in ipairs(ARGV) do add_listed(answer, user) end
return answer

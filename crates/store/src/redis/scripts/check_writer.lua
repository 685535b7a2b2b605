-- Whether a user may write in a channel. ARGV: user, channel, other user or ""
local why = refused_writer(unpack(ARGV))
return why and denied(why) or 1

-- The values of a list as several: a function of `table` from Lua 5.2 on, and
-- of the globals before.

return table.unpack or unpack -- luacheck: ignore

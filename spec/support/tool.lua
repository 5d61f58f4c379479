-- A module of a tool in .ci/, which finds its own, and those that tools share, by
-- short names.

--- The module.
---@param rooms string  folders of .ci/ that the tool has modules in, such as "surface pages"
---@param name string
---@return any
return function(rooms, name)
  local path, places = package.path, {}
  for room in (rooms .. " tool"):gmatch "%S+" do
    places[#places + 1] = (".ci/%s/?.lua"):format(room)
  end
  package.path = table.concat(places, ";") .. ";" .. path
  local module = require(name)
  package.path = path
  return module
end

-- A locale that writes 0,5 for 0.5, where the machine can make one.

local child = require "spec.support.child"
local folder = require "spec.support.folder"

local locale = {}

--- Runs a program in such a locale: what it wrote and its exit status; nil
--- where none can be made.
---@param program string
---@return string? output
---@return integer? status
function locale.run_with_comma(program)
  local place = folder.new()
  os.execute("exec env -u LD_PRELOAD localedef -i de_DE -f UTF-8 " .. place:file "de_DE.UTF-8" .. " 2>/dev/null")
  local output, status
  if place:names() ~= "" then
    output, status = child.run("assert(os.setlocale 'de_DE.UTF-8') " .. program, { LOCPATH = place.path })
  end
  place:remove()
  return output, status
end

return locale

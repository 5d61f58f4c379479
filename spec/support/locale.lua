-- A locale that writes 0,5 for 0.5, where the machine can make one: once, into
-- build/, since that takes a second.

local child = require "spec.support.child"
local shell = require "spec.support.shell"

local locale = {}

local PLACE = "build/locale"

-- Several processes may make the locale at once: the first one moves it to its
-- place, the others remove what they have made.
local MAKE = ([[test -d PLACE || {
  made=$(mktemp -d -p build)
  localedef -i de_DE -f UTF-8 $made/de_DE.UTF-8 2>/dev/null
  test -e $made/de_DE.UTF-8/LC_NUMERIC && mv -T $made PLACE 2>/dev/null || rm -rf $made
}
test -d PLACE && echo made]]):gsub("PLACE", PLACE)

--- Runs a program in such a locale: what it wrote and its exit status; nil
--- where none can be made.
---@param program string
---@return string? output
---@return integer? status
function locale.run_with_comma(program)
  if shell.output(MAKE) ~= "" then
    return child.run("assert(os.setlocale 'de_DE.UTF-8') " .. program, { LOCPATH = PLACE })
  end
end

return locale

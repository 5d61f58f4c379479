-- The section "Who may require whom" of CONTRIBUTING.md, whose lines are made
-- of these, in an indented block:
--   call -> codec dialect          a room, or a file of it, and what it may require
--   call/{send,source} -> core     several at once; each of them does
--   ground = error log lazy        a name for several
--   anyone -> ground               all may, and somebody does
--   client <-> init                a circle that is known, and why it is one

local section = {}

local function block(text)
  local body = ("\n" .. text):match "\n## Who may require whom\n(.-)\n## "
  assert(body, "no section 'Who may require whom'")
  local lines = {}
  for line in body:gmatch "[^\n]+" do
    if line:find "^    %S" then
      lines[#lines + 1] = line:sub(5)
    elseif line:find "^     +%S" then -- goes on
      lines[#lines] = lines[#lines] .. " " .. line:match "^%s+(.*)$"
    end
  end
  return lines
end

--- The names of a list, with those in braces written out.
local function names(list, groups)
  local found = {}
  for name in list:gmatch "%S+" do
    local before, several = name:match "^(.*){(.*)}$"
    for one in (several or ""):gmatch "[^,]+" do
      found[#found + 1] = before .. one
    end
    for _, one in ipairs(not several and (groups[name] or { name }) or {}) do
      found[#found + 1] = one
    end
  end
  return found
end

--- The arrows that are shown, each `{ from =, to = }`, and the circles, each a
--- list of modules.
---@param text string  of CONTRIBUTING.md
---@return table[] arrows
---@return string[][] circles
function section.read(text)
  local arrows, circles, groups = {}, {}, {}
  for _, line in ipairs(block(text)) do
    local name, members = line:match "^(%S+) += (.*)$"
    local left, right = line:match "^(.-) +%-> (.*)$"
    if name then
      groups[name] = names(members, groups)
    elseif line:find(" <-> ", 1, true) then
      circles[#circles + 1] = names(line:gsub(":.*$", ""):gsub(" <%-> ", " "), groups)
    else
      assert(left, "not understood: " .. line)
      for _, from in ipairs(names(left, groups)) do
        for _, to in ipairs(names(right, groups)) do
          arrows[#arrows + 1] = { from = from, to = to }
        end
      end
    end
  end
  return arrows, circles
end

return section

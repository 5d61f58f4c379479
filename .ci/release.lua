-- Writes the rockspec of a release, of that of the repository, which is its
-- input: another version, and where its source is. What is not there once, as
-- it is expected, ends it.

local text = io.read "*a"

--- Puts other lines in the place of those that a pattern finds.
local function replace(pattern, by)
  local replaced, count = text:gsub(pattern, function()
    return by
  end)
  if count ~= 1 then
    error(("the rockspec has %d times what is expected once: %s"):format(count, pattern), 0)
  end
  text = replaced
end

replace('\nversion = "scm%-1"\n', ('\nversion = "%s-1"\n'):format(os.getenv "VERSION"))
replace("%-%- For `luarocks make`[^\n]*\n%-%- [^\n]*\nsource = {.-\n}\n",
  ('source = {\n  url = "%s",\n  dir = "%s",\n}\n'):format(os.getenv "URL", os.getenv "DIR"))
assert(load(text, "=rockspec", "t", {}))
io.write(text)

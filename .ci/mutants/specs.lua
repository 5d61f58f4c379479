-- Runs specs in the copy of the tree, one file after another: the nearest and
-- quickest first, each only as long as it may take. What a spec took when it
-- passed is kept until it changes, and so is whether it passes without a
-- mutant, which is looked at when one first fails.

local files = require "files"
local rooms = require "rooms"
local shell = require "shell"

local LEAST_SECONDS, TIMES = 20, 4 -- how long a spec may take: a hang counts as found
local UNKNOWN = 200 -- seconds, for one of which nothing is known

local specs = {}
specs.__index = specs

--- What ends by itself, in a tree of its own; memory has an end, too.
local RUN = "cd %s && ulimit -v 8000000 && timeout -k 5 %d .ci/with-lua %s build/%s %s --no-keep-going %s >%s 2>&1"

-- Every allocation of C fails in turn, in calls that come by most of it.
local TORTURE = "cd %s && timeout -k 5 900 make -s torture LUA=%s KIND=call,stream,save,upload DRIVE=blocking "
  .. "ALLOCATOR=c MODE=once MOST=0 JOBS=1 >%s 2>&1"

local function needs_luajit(file)
  for _, pattern in ipairs(rooms.luajit) do
    if file:find(pattern) then
      return true
    end
  end
  return false
end

--- Seconds, with their fraction.
local function clock()
  return tonumber(shell.line "date +%s.%N")
end

--- What is known of a spec as it is now.
function specs:of(file)
  local sum = shell.line("cksum < " .. shell.quote(self.tree .. "/" .. file))
  if not self.known[file] or self.known[file].sum ~= sum then
    self.known[file] = { sum = sum, passes = "unknown" }
  end
  return self.known[file]
end

--- Whether it passes, and if not, how it ends.
function specs:run(file, other_lua)
  local known, began = self:of(file), clock()
  local seconds = math.ceil(LEAST_SECONDS + TIMES * (known.seconds or UNKNOWN))
  local lua = other_lua or (needs_luajit(file) or needs_luajit(self.source)) and "luajit" or self.lua
  local ok, _, status = os.execute(RUN:format(self.tree, seconds, lua, lua, self.busted, file, self.log))
  if ok and not known.seconds then
    known.seconds = clock() - began
    self:save()
  end
  return ok == true, status >= 124 and "hangs or crashes" or "fails"
end

--- Whether a spec that failed passes without the mutant. `as_it_was` calls a
--- function while the code is as it was.
function specs:is_sound(file, as_it_was)
  local known = self:of(file)
  if known.passes == "unknown" then
    known.passes = as_it_was(function()
      return self:run(file) or self:run(file)
    end) and "true" or "false"
    self:save()
    if known.passes == "false" then
      io.stderr:write(("mutants: %s fails without a mutant, and is left out\n"):format(file))
    end
  end
  return known.passes == "true"
end

local function read_times(path)
  local known = {}
  for line in files.lines(path) do
    local file, seconds, passes, sum = line:match("^(.-)\t(.-)\t(.-)\t(.*)$")
    known[file] = { seconds = tonumber(seconds) > 0 and tonumber(seconds) or nil, passes = passes, sum = sum }
  end
  return known
end

--- Takes what others have found out of specs as they are here.
function specs:merge()
  for file, one in pairs(read_times(self.times)) do
    local own = self.known[file]
    if not own or own.sum == one.sum then
      own = own or one
      local passes = own.passes ~= "unknown" and own.passes or one.passes
      self.known[file] = { sum = own.sum, seconds = own.seconds or one.seconds, passes = passes }
    end
  end
end

function specs:save()
  self:merge()
  local lines = {}
  for file, one in pairs(self.known) do
    lines[#lines + 1] = ("%s\t%.2f\t%s\t%s"):format(file, one.seconds or 0, one.passes, one.sum)
  end
  table.sort(lines)
  files.write(self.log .. ".times", table.concat(lines, "\n") .. "\n")
  assert(os.rename(self.log .. ".times", self.times))
end

--- The specs of a folder and of those of the same first word as a source.
local function base(file)
  return file:match("([^/]+)%.[a-z]+$")
end

local function is_namesake(source, spec)
  local name = base(source)
  if name == "init" then
    return spec == source:gsub("^lua/oai/", "spec/"):gsub("%.lua$", "_spec.lua")
  end
  local of_spec = base(spec):gsub("_spec$", "")
  return of_spec == name or of_spec == name:gsub("_object$", "") or of_spec == name:match("^[a-z]+")
end

function specs:add(order, is_wanted)
  local more = {}
  for _, file in ipairs(self.all) do
    local can_find = self:of(file).passes ~= "false" and not (order.is_c and needs_luajit(file))
    if not order[file] and can_find and is_wanted(file) then
      order[file] = true
      more[#more + 1] = file
    end
  end
  table.sort(more, function(a, b)
    return (self:of(a).seconds or UNKNOWN) < (self:of(b).seconds or UNKNOWN)
  end)
  for _, file in ipairs(more) do
    order[#order + 1] = file
  end
end

--- The specs to run for a source, in order.
function specs:order(source, is_wide)
  local order = { is_c = source:find "%.c$" ~= nil }
  self:add(order, function(spec)
    return is_namesake(source, spec)
  end)
  local folder = source:match "^(.*/)[^/]*$"
  local room = rooms.rooms[folder] or { (folder:gsub("^lua/oai/", "spec/")) }
  for _, row in ipairs { rooms.files[source] or {}, is_wide and room or { room[1] }, { is_wide and "" or nil } } do
    for _, entry in ipairs(row) do
      self:add(order, function(spec)
        return spec:sub(1, #entry) == entry
      end)
    end
  end
  return order
end

--- Whether a spec that failed does so by chance, as one of many may, or since
--- the machine has much else to do: it must fail again, and what is no spec of
--- the source's own must pass right then without the mutant.
function specs:failed_by_chance(source, file, as_it_was, lua)
  return self:run(file, lua) or (lua or not is_namesake(source, file)) and not as_it_was(function()
    return self:run(file, lua)
  end)
end

--- Runs them until one fails: that one, and how; nil when all pass.
function specs:find(source, is_wide, as_it_was)
  self.source = source
  for _, file in ipairs(self:order(source, is_wide)) do
    local passes, how = self:run(file)
    if not passes and self:is_sound(file, as_it_was) and not self:failed_by_chance(source, file, as_it_was) then
      return file, how
    end
  end
  return (source:find "%.c$" and self.find_with_torture or self.find_with_luajit)(self, source, as_it_was)
end

--- What C does where there is no memory, which few specs are about.
function specs:find_with_torture(_, as_it_was)
  local function passes()
    return shell.run(TORTURE:format(self.tree, self.lua, self.log))
  end
  if not passes() and as_it_was(passes) then
    return "make torture", "fails"
  end
end

--- What only matters there: the specs of the source's own are run.
function specs:find_with_luajit(source, as_it_was)
  for _, file in ipairs(source:find "%.lua$" and self.all or {}) do
    local passes, how = true, nil
    if is_namesake(source, file) then
      passes, how = self:run(file, "luajit")
    end
    if not passes and not self:failed_by_chance(source, file, as_it_was, "luajit") then
      return file, how .. " with LuaJIT"
    end
  end
end

--- The specs of a tree. What all processes know of them is kept in `shared`,
--- the log in `work`.
function specs.new(tree, shared, work, lua)
  local self = setmetatable({
    tree = tree, lua = lua, all = {}, times = shared .. "/times", log = shell.line "pwd" .. "/" .. work .. "/log",
    busted = shell.line "command -v busted",
  }, specs)
  for file in shell.lines("cd " .. shell.quote(tree) .. " && find spec -name '*_spec.lua' | sort") do
    self.all[#self.all + 1] = file
  end
  self.known = read_times(self.times)
  return self
end

return specs

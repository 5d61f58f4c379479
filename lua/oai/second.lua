-- The second value of a loop over items that come alone, of which the habit of
-- `pairs` has `for _, item in page do` expect them: it says so where it is used.

local lazy = require "oai.lazy"

local error_value = lazy "oai.error"

local function refuse()
  error_value.misuse("a loop over this has one value, which comes first: write 'for item in ... do', without '_, ' "
    .. "before it")
end

local SECOND = setmetatable({}, {
  __name = "oai.Second", __index = refuse, __newindex = refuse, __call = refuse, __tostring = refuse,
  __concat = refuse, __len = refuse, __unm = refuse, __add = refuse, __sub = refuse, __mul = refuse, __div = refuse,
  __mod = refuse, __pow = refuse, __lt = refuse, __le = refuse, __pairs = refuse,
})

--- What an iterator returns behind an item: nothing, but for the first item of a
--- loop, which alone calls it with two values of which the second is nil.
---@param ... any  what the iterator was called with
---@return any
return function(...)
  if select("#", ...) == 2 and select(2, ...) == nil then
    return SECOND
  end
end

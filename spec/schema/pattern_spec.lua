-- Regular expressions, as JSON Schema has them.

local pattern = require "oai.schema.pattern"

local MATCHES = {
  { "", "", "x" }, { "a", "xax", not_ = { "b" } }, { "^a$", "a", not_ = { "ab", "ba" } },
  { "^(a|bc)*d$", "d", "abcd", not_ = { "abd" } }, { "^a+b?c*$", "a", "aabccc", not_ = { "b", "abb" } },
  { "^a{2}$", "aa", not_ = { "a", "aaa" } }, { "^a{2,}$", "aa", "aaaa", not_ = { "a" } },
  { "^a{1,3}?$", "aaa", not_ = { "aaaa" } }, { "a{x}", "a{x}", not_ = { "a" } },
  { "^[a-c_]+$", "abc_", not_ = { "abd" } }, { "^[^a-c]$", "d", "é", not_ = { "a" } }, { "^[]$", not_ = { "a", "" } },
  { "^[a\\-z]+$", "a-z", not_ = { "b" } }, { "^[-a]+$", "-a" }, { "^[\\d.]+$", "1.5", not_ = { "a" } },
  { "^\\d\\D\\w\\W\\s\\S$", "1aa! a", not_ = { "aaa! a" } }, { "^.$", "é", "€", not_ = { "\n", "ab" } },
  { "^a\\B", "ab", not_ = { "a b", "a" } }, { "^a\\b", "a b", "a", not_ = { "ab" } },
  { "b\\B", "ab_", not_ = { "ab", "ab!" } },
  { "\\bfoo\\b", "a foo.", not_ = { "afoo" } }, { "o\\B", "fo_", not_ = { "fo" } }, { "^\\t\\n\\x41\\u00e9$",
    "\t\nAé" },
  { "[^a]", "b", not_ = { "", "a" } }, { "\\W", " ", not_ = { "", "a" } }, { "^.", "a", not_ = { "", "\n" } },
  { "^\\t$", "\t" }, { "^\\n$", "\n" }, { "^\\r$", "\r" }, { "^\\f$", "\f" }, { "^\\v$", "\v" }, { "^\\0$", "\0" },
  { "^[\\b\\t]$", "\b", "\t", not_ = { "b", "t" } },
  { "^\\u{1F600}$", "😀" }, { "^\\.\\*\\/$", ".*/" }, { "^(?:ab)+$", "abab" }, { "^(?<year>\\d+)$", "12" },
  { "^[é-ö]$", "ê", not_ = { "a" } }, { "(^a|b$)", "ax", "xb", not_ = { "xax" } }, { "^(a|)$", "a", "" },
}

local REFUSED = { "(", ")", "[", "*a", "a**", "(?=a)", "(?<!a)", "\\1", "\\p{L}", "\\x4", "\\", "a{2000}",
  "a{3,2}", "((((a{900}){900}){900}){900})", ("("):rep(200) .. (")"):rep(200), "[a-\\d]" }

describe("schema.pattern", function()
  for _, case in ipairs(MATCHES) do
    it("matches " .. case[1], function()
      for i = 2, #case do
        assert.is_true(pattern.find(case[1], case[i]), case[i])
      end
      for _, text in ipairs(case.not_ or {}) do
        assert.is_false(pattern.find(case[1], text), text)
      end
    end)
  end

  for _, source in ipairs(REFUSED) do
    it("refuses " .. source:sub(1, 30), function()
      local found, reason = pattern.find(source, "a")
      assert.is_nil(found)
      assert.is_string(reason)
    end)
  end

  --- A code point in UTF-8.
  local function written(point)
    local text, first = "", 64
    if point < 128 then
      return string.char(point)
    end
    repeat
      text, point, first = string.char(128 + point % 64) .. text, math.floor(point / 64), first / 2
    until point < first
    return string.char(256 - 2 * first + point) .. text
  end

  -- What ECMAScript says of them.
  local SPACES = {}
  for _, point in ipairs { 9, 10, 11, 12, 13, 32, 160, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF } do
    SPACES[point] = true
  end
  for point = 0x2000, 0x200A do
    SPACES[point] = true
  end
  local ENDS = { [10] = true, [13] = true, [0x2028] = true, [0x2029] = true }

  local function holds(point)
    local char = written(point)
    local digit, word = char:find "^%d$" ~= nil, point < 128 and char:find "^[%w_]$" ~= nil
    local space = SPACES[point] == true
    return {
      ["^\\d$"] = digit, ["^\\D$"] = not digit, ["^\\w$"] = word, ["^\\W$"] = not word, ["^\\s$"] = space,
      ["^\\S$"] = not space, ["^.$"] = not ENDS[point], ["^\\b"] = word, ["^\\B"] = not word,
      ["^[\\d\\s]$"] = digit or space, ["^[^\\w]$"] = not word,
    }
  end

  it("knows which characters are digits, letters, blanks, and ends of lines", function()
    local points = { 0x10FFFE, 0x10FFFF, 0xFFFF, 0x10000 }
    for point = 0, 0x180 do
      points[#points + 1] = point
    end
    for _, around in ipairs { 0x1680, 0x2000, 0x2005, 0x200A, 0x2028, 0x202F, 0x205F, 0x3000, 0xFEFF } do
      for point = around - 2, around + 2 do
        points[#points + 1] = point
      end
    end
    for _, point in ipairs(points) do
      for source, expected in pairs(holds(point)) do
        assert.same({ point, source, expected }, { point, source, (pattern.find(source, written(point))) })
      end
    end
  end)

  it("takes no longer for one that goes back and forth", function()
    assert.is_false(pattern.find("^(a*)*$", ("a"):rep(1000) .. "b"))
    assert.is_false(pattern.find("^(a|aa)+$", ("a"):rep(1000) .. "b"))
  end)

  it("is compiled once for many texts #timed", function()
    local source, other, begun = "^x" .. ("a{900}"):rep(5), "^y" .. ("a{900}"):rep(5), os.clock()
    pattern.find(source, "x")
    local first = os.clock() - begun
    pattern.find(other, "x")
    begun = os.clock()
    for _ = 1, 100 do
      pattern.find(source, "x")
      pattern.find(other, "x")
    end
    assert.is_true(os.clock() - begun < 50 * math.max(first, 0.001))
  end)

  it("is not kept for ever", function()
    local function kilobytes()
      collectgarbage()
      collectgarbage()
      return collectgarbage "count"
    end
    local before = kilobytes()
    for i = 1, 1000 do
      pattern.find("^a{100}" .. i, "b")
    end
    assert.is_true(kilobytes() - before < 10000)
  end)

  it("keeps no more than some", function()
    for i = 1, 250 do
      assert.is_true(pattern.find("^a" .. i .. "$", "a" .. i))
    end
  end)
end)

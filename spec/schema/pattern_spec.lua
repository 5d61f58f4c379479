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
  { "\\bfoo\\b", "a foo.", not_ = { "afoo" } }, { "o\\B", "fo_", not_ = { "fo" } }, { "^\\t\\n\\x41\\u00e9$",
    "\t\nAé" },
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

  it("takes no longer for one that goes back and forth", function()
    assert.is_false(pattern.find("^(a*)*$", ("a"):rep(1000) .. "b"))
    assert.is_false(pattern.find("^(a|aa)+$", ("a"):rep(1000) .. "b"))
  end)

  it("keeps no more than some", function()
    for i = 1, 250 do
      assert.is_true(pattern.find("^a" .. i .. "$", "a" .. i))
    end
  end)
end)

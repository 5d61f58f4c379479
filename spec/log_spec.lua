-- Log lines: which are wanted, and who gets them.

local log = require "oai.log"

local LEVELS = { "error", "warn", "info", "debug" }

local function lines_to(option)
  local lines, real = {}, io.stderr
  io.stderr = { write = function(_, line) -- luacheck: ignore 122
    lines[#lines + 1] = line
  end }
  local logger = log.resolve(option)
  for _, level in ipairs(LEVELS) do
    log.write(logger, level, "%s %d", "line", 1)
  end
  io.stderr = real -- luacheck: ignore 122
  return lines
end

describe("log", function()
  for count, option in ipairs(LEVELS) do
    it("writes lines up to " .. option, function()
      local lines = lines_to(option)
      assert.equal(count, #lines)
      assert.equal("oai: " .. option .. ": line 1\n", lines[count])
    end)
  end

  it("writes nothing when it is off", function()
    assert.same({}, lines_to("off"))
    assert.same({}, lines_to(nil))
  end)

  it("gives all lines to a function", function()
    local seen = {}
    local logger = log.resolve(function(level, message)
      seen[#seen + 1] = level .. " " .. message
    end)
    for _, level in ipairs(LEVELS) do
      log.write(logger, level, "%d%%", 5)
    end
    assert.same({ "error 5%", "warn 5%", "info 5%", "debug 5%" }, seen)
  end)

  it("gives a function no lines of what it does itself, also where that was raised", function()
    local seen, logger, raises = {}, nil, true
    logger = log.resolve(function(_, message)
      seen[#seen + 1] = message
      log.write(logger, "warn", "of itself")
      if raises then
        error "as planned"
      end
    end)
    assert.is_false((pcall(log.write, logger, "warn", "first")))
    raises = false
    log.write(logger, "warn", "second")
    assert.same({ "first", "second" }, seen)
  end)

  it("has levels each of which tells more than the one before", function()
    local last = 0
    for _, level in ipairs { "error", "warn", "info", "debug", "bodies" } do
      local threshold = log.resolve(level).threshold
      assert.is_true(threshold > last, level)
      last = threshold
    end
  end)

  it("takes a slip in OPENAI_LOG for a warning", function()
    assert.equal(log.resolve("debug").threshold, log.from_environment("DEBUG").threshold)
    assert.is_nil(log.from_environment("off"))
    local lines, real = {}, io.stderr
    io.stderr = { write = function(_, line) -- luacheck: ignore 122
      lines[#lines + 1] = line
    end }
    local logger = log.from_environment("loud")
    io.stderr = real -- luacheck: ignore 122
    assert.is_nil(logger)
    assert.truthy(lines[1]:find("OPENAI_LOG must be", 1, true))
  end)

  it("refuses an unknown level", function()
    assert.error_matches(function()
      log.resolve("loud")
    end, "option 'log' must be off, error, warn, info, debug, bodies or a function, got 'loud'")
  end)
end)

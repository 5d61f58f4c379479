-- Modules that are loaded in the middle of a call, where loading may fail.

local load_module = require "oai.load"

local OUTER, INNER = "oai.spec_outer", "oai.spec_inner"

describe("load", function()
  after_each(function()
    for _, name in ipairs { OUTER, INNER } do
      package.preload[name], package.loaded[name] = nil, nil
    end
  end)

  it("loads a module once", function()
    local count = 0
    package.preload[INNER] = function()
      count = count + 1
      return { count = count }
    end
    assert.equal(load_module(INNER), load_module(INNER))
    assert.equal(1, count)
  end)

  it("tries again after a failure, also of what a module needs", function()
    local fails = true
    package.preload[OUTER] = function()
      return { inner = require(INNER) }
    end
    package.preload[INNER] = function()
      return fails and error("not enough memory", 0) or "loaded"
    end
    local done, message = pcall(load_module, OUTER)
    assert.is_false(done)
    assert.truthy(message:find("not enough memory", 1, true))
    fails = false
    assert.equal("loaded", load_module(OUTER).inner)
  end)

  it("says why a module cannot be read that is there", function()
    local open = io.open
    io.open = function(path) -- luacheck: ignore
      return nil, path .. ": Too many open files"
    end
    local _, message = pcall(load_module, "oai.spec_missing")
    io.open = open -- luacheck: ignore
    assert.equal("oai: cannot load the module 'oai.spec_missing': Too many open files", message)
  end)

  it("says what require says of a module that is not there", function()
    local _, message = pcall(load_module, "oai.spec_missing")
    assert.truthy(message:find("module 'oai.spec_missing' not found:", 1, true))
  end)
end)

-- Log lines: what was sent and what came of it. Never a key, a header or a
-- query, no body unless the level is called that, and one line each; silent unless the `log` option or OPENAI_LOG asks.

local error_value = require "oai.error"
local nested = require "oai.nested"
local printable = require "oai.printable"

local log = {}

---@alias oai.LogLevel "off"|"error"|"warn"|"info"|"debug"|"bodies"

local LEVELS = { off = 0, error = 1, warn = 2, info = 3, debug = 4, bodies = 5 }

local function to_stderr(level, message)
  io.stderr:write(("oai: %s: %s\n"):format(level, message))
end

--- What gives a function of the program's its lines, but for those of requests
--- that it makes itself.
local function to_function(fn)
  return function(level, message)
    if not nested.began_in(fn) then
      nested.call(fn, fn, level, message)
    end
  end
end

--- What OPENAI_LOG means. A slip of the pen there must not stop a program.
---@param value string
---@return { threshold: integer, write: fun(level: string, message: string) }?
function log.from_environment(value)
  if LEVELS[value:lower()] then
    return log.resolve(value:lower())
  end
  to_stderr("warn", "OPENAI_LOG must be off, error, warn, info, debug or bodies, got '" .. printable(value) .. "'")
  return nil
end

--- What the `log` option means: a level's name (lines go to stderr), or a
--- function `(level, message)` that gets all of them.
---@param option string|function|nil
---@return { threshold: integer, write: fun(level: string, message: string) }?
function log.resolve(option)
  if type(option) == "function" then
    return { threshold = LEVELS.debug, write = to_function(option) }
  elseif option == nil or option == "off" then
    return nil
  end
  if not LEVELS[option] then
    error_value.misuse(("option 'log' must be off, error, warn, info, debug, bodies or a function, got '%s'"):format(
      option))
  end
  return { threshold = LEVELS[option] --[[@as integer]], write = to_stderr }
end

--- Whether lines of a level are wanted, where making one takes some time.
---@param logger table?  from `resolve`
---@param level "error"|"warn"|"info"|"debug"|"bodies"
---@return boolean?
function log.wants(logger, level)
  return logger and LEVELS[level] <= logger.threshold
end

--- Writes a line if it is wanted.
---@param logger table?  from `resolve`
---@param level "error"|"warn"|"info"|"debug"|"bodies"
---@param format string
---@param ... any  what is put into it
function log.write(logger, level, format, ...)
  if log.wants(logger, level) then
    logger.write(level, printable(format:format(...)))
  end
end

return log

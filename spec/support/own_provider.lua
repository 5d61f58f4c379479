-- A client of a provider of a spec's own, and what its requests have been sent
-- with.

local oai = require "oai"

local own_provider = {}

-- Replies.
own_provider.EMPTY = require("spec.support.replies").LIST
own_provider.FAILED = { status = 500, json = {}, headers = { ["retry-after-ms"] = "1" } }
own_provider.REFUSED = { status = 401, json = { error = { message = "expired", code = "invalid_token" } } }

--- A client of a provider at a scene.
function own_provider.at(scene, provider, options)
  local given = { provider = provider, max_retries = 0 }
  provider.name, provider.base_url = "own", scene.base_url
  for name, value in pairs(options or {}) do
    given[name] = value
  end
  return oai.client(given)
end

--- The last letter of each request's credential, in order.
function own_provider.sent(scene)
  local all = {}
  for i, request in ipairs(scene:requests()) do
    all[i] = request.header.authorization:match ".$"
  end
  return table.concat(all)
end

--- Makes tokens, one after the other, that hold for so long: token-1, token-2, ...
function own_provider.tokens(seconds)
  local made = { asked = 0 }
  function made.next()
    made.asked = made.asked + 1
    return "token-" .. made.asked, seconds
  end
  return made
end

return own_provider

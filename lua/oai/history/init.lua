-- What of an answer may be sent back, so that the next one goes on from it.

return {
  to_input = require "oai.history.input",
  to_message = require "oai.history.message",
}

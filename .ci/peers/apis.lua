-- What the two APIs for answers call differently, for cases that are asked of
-- both: how a request is made, and where a reply has what.

--- Both, by their names.
---@param client oai.Client
---@param body fun(fields: table): table  makes fields the body of a request
---@return table<string, table>
return function(client, body)
  return {
    chat = {
      resource = client.chat.completions,
      format = "response_format",
      cut = { length = true },
      body = function(fields)
        fields.messages = { { role = "user", content = "Say something" } }
        fields.max_tokens = fields.limit or 6000
        fields.limit = nil
        return body(fields)
      end,
      text = function(completion)
        return completion.choices[1].message.content
      end,
      reasoning = function(completion)
        return completion.choices[1].message.reasoning_content
      end,
      value = function(completion)
        return completion.choices[1].message.parsed
      end,
      calls = function(completion)
        local calls = {}
        for i, call in ipairs(completion.choices[1].message.tool_calls or {}) do
          calls[i] = call["function"]
        end
        return calls
      end,
      tool = function(name, parameters)
        return { type = "function", ["function"] = { name = name, parameters = parameters, strict = true } }
      end,
      tokens = function(completion)
        return completion.usage.completion_tokens
      end,
    },
    responses = {
      resource = client.responses,
      format = "text_format",
      cut = { no_answer = true, not_json = true }, -- the server says of it that it is complete
      body = function(fields)
        fields.input = "Say something"
        fields.max_output_tokens = fields.limit or 6000
        fields.limit = nil
        return body(fields)
      end,
      text = function(response)
        return response.output_text
      end,
      reasoning = function(response)
        local item = response.output[1]
        return item and item.type == "reasoning" and item.content[1].text or nil
      end,
      value = function(response)
        return response.output_parsed
      end,
      calls = function(response)
        local calls = {}
        for _, item in ipairs(response.output) do
          calls[#calls + 1] = item.type == "function_call" and item or nil
        end
        return calls
      end,
      tool = function(name, parameters)
        return { type = "function", name = name, parameters = parameters, strict = true }
      end,
      tokens = function(response)
        return response.usage.output_tokens
      end,
    },
  }
end

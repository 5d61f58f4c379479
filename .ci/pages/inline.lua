-- A line of text in Markdown as its pieces: `{ kind = "text", text = }`,
-- `{ kind = "code", text = }`, and `{ kind = "link", text =, target = }`. What
-- is emphasized is text; a picture is what is said of it.

local inline = {}

-- What a piece begins with -> how much of the text from there on it is, and the
-- piece, or nil where there is none.
local BEGINNINGS = {
  ["`"] = function(rest)
    local ticks = rest:match "^`+"
    local code, size = rest:sub(#ticks + 1):match("^(.-)%f[`]" .. ticks .. "%f[^`]()")
    code = code and code:match "^ (.*%S.*) $" or code
    return code and #ticks + size - 1, code and { kind = "code", text = code }
  end,
  ["["] = function(rest)
    local words, target, size = rest:match "^(%b[])%(%s*<?([^%s>)]*)>?[^)]*%)()"
    return words and size - 1, words and { kind = "link", text = words:sub(2, -2), target = target }
  end,
  ["!"] = function(rest)
    local words, size = rest:match "^!(%b[])%b()()"
    return words and size - 1, words and { kind = "text", text = words:sub(2, -2) }
  end,
  ["*"] = function(rest)
    return #rest:match "^%*+", { kind = "text", text = "" }
  end,
  ["<"] = function(rest)
    local url = rest:match "^<(https?://[^>]*)>"
    local tag = rest:match "^</?%a[^>]*>"
    return tag and #tag, tag and { kind = "text", text = url or "" }
  end,
  ["\\"] = function(rest)
    local sign = rest:match "^\\(%p)"
    return sign and 2, sign and { kind = "text", text = sign }
  end,
}

--- The pieces of a text.
---@param text string
---@return table[]
function inline.read(text)
  local pieces, at, plain = {}, 1, ""
  while at <= #text do
    local begin = BEGINNINGS[text:sub(at, at)]
    local size, piece
    if begin and not (text:find("^%*%s", at) and text:find("^%s", at - 1)) then
      size, piece = begin(text:sub(at))
    end
    if size and piece.kind ~= "text" then
      pieces[#pieces + 1], pieces[#pieces + 2], plain = { kind = "text", text = plain }, piece, ""
    else
      plain = plain .. (size and piece.text or text:sub(at, at))
    end
    at = at + (size or 1)
  end
  pieces[#pieces + 1] = { kind = "text", text = plain }
  return pieces
end

return inline

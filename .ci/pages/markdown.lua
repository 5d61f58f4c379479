-- What links, headings and anchors a page in Markdown has, for a forge. Code,
-- in which nothing is one, is blanks: so positions are those of the page.

local markdown = {}

local function blank(text)
  return (text:gsub("[^\n]", " "))
end

--- Whether a line ends the code that a fence began.
---@param fence string
---@param line string
---@return boolean
function markdown.closes(fence, line)
  local mark = line:match "^%s*([`~]+)%s*$"
  return mark ~= nil and mark:sub(1, #fence) == fence
end

--- A text with code that stands by itself, fenced or indented, as blanks.
---@param text string
---@return string
function markdown.without_blocks(text)
  local lines, fence, in_list, after_blank = {}, nil, false, true
  for line in (text .. "\n"):gmatch "(.-)\n" do
    local begins = not fence and (line:match "^%s*(```+)" or line:match "^%s*(~~~+)")
    local is_code = fence or begins or after_blank and not in_list and line:find "^    "
    fence = begins or fence and not markdown.closes(fence, line) and fence or nil
    after_blank = is_code or not line:find "%S"
    if not is_code and line:find "^%S" then
      in_list = line:find "^[-*+] " ~= nil or line:find "^%d+[.)] " ~= nil
    end
    lines[#lines + 1] = is_code and blank(line) or line
  end
  return table.concat(lines, "\n")
end

--- Calls `visit` with each piece of code among words: where it begins and ends,
--- and the marks around it.
local function each_span(text, visit)
  local at = 1
  while true do
    local first, last, ticks = text:find("(`+)", at)
    if not first then
      return
    end
    local paragraph = text:find("\n%s*\n", last) or #text
    local _, to = text:find("%f[`]" .. ticks .. "%f[^`]", last + 1)
    local is_code = to ~= nil and to <= paragraph
    if is_code then
      visit(first, to, ticks)
    end
    at = is_code and to + 1 or last + 1
  end
end

--- A text with code among words, and comments, as blanks.
local function without_spans(text)
  text = text:gsub("<!%-%-.-%-%->", blank)
  local parts, at = {}, 1
  each_span(text, function(first, last)
    parts[#parts + 1] = text:sub(at, first - 1) .. blank(text:sub(first, last))
    at = last + 1
  end)
  return table.concat(parts) .. text:sub(at)
end

--- A text with all code and comments as blanks.
---@param text string
---@return string
function markdown.without_code(text)
  return without_spans(markdown.without_blocks(text))
end

--- Whether a sign other than ASCII's is one that no name has: dashes, arrows,
--- quotation marks and the like, U+00A0 to U+00BF and U+2000 to U+2BFF.
local function is_sign(character)
  return character:find "^\194[\160-\191]" or character:find "^\226[\128-\175]"
end

--- The words of a heading, or of another line, without their marks.
---@param text string
---@return string
function markdown.plain(text)
  text = text:gsub("!?%[([^%]]*)%]%b()", "%1"):gsub("</?a[^>]*>", ""):gsub("`", ""):gsub("%*", "")
  return (text:gsub("^%s+", ""):gsub("%s+$", ""))
end

--- The name by which a forge knows a heading: its letters, digits, "-" and "_",
--- and "-" for blanks.
---@param heading string
---@return string
function markdown.slug(heading)
  local text = markdown.plain(heading):lower():gsub("[^%w%s\128-\255_-]", "")
  text = text:gsub("[\192-\255][\128-\191]*", function(character)
    return is_sign(character) and "" or nil
  end)
  return (text:gsub("%s", "-"))
end

--- The anchor of a heading: its name, with a number where others of its page
--- have that name.
---@param heading string
---@param counts table<string, integer>  how often each name came before on this page
---@return string
function markdown.anchor(heading, counts)
  local slug = markdown.slug(heading)
  local before = counts[slug] or 0
  counts[slug] = before + 1
  return before > 0 and slug .. "-" .. before or slug
end

--- The headings of a page: `{ level =, text =, name =, last = }`, where `name`
--- is its anchor and `last` the position at which its line ends.
---@param text string
---@return table[]
function markdown.headings(text)
  local found, counts = {}, {}
  local body = "\n" .. markdown.without_blocks(text) .. "\n"
  for marks, heading, after in body:gmatch "\n(##?#?#?#?#?)%s+([^\n]*)()%f[\n]" do
    heading = heading:gsub("%s+#*%s*$", "")
    found[#found + 1] = { level = #marks, text = heading, name = markdown.anchor(heading, counts), last = after - 2 }
  end
  return found
end

--- The anchors of a page, as a set: its headings, and ids of <a>.
---@param text string
---@return table<string, true>
function markdown.anchors(text)
  local anchors = {}
  for _, heading in ipairs(markdown.headings(text)) do
    anchors[heading.name] = true
  end
  for id in markdown.without_code(text):gmatch "<a%s+[idname]+=[\"']([^\"']+)" do
    anchors[id] = true
  end
  return anchors
end

-- How links are written, each with where it begins and where it leads; those
-- of a name's definition and of HTML come last.
local LINKS = {
  "()%]%(%s*<()([^>\n]*)>", "()%]%(%s*()([^<%s)][^%s)]*)", "()%]%(%s*()()%)",
  "()%f[^\n\0]%[[^%]\n]+%]:[ \t]+<?()([^%s>]+)",
  "()<%a+%s[^>]-%f[%w]src=[\"']()([^\"']*)", "()<a%s[^>]-%f[%w]href=[\"']()([^\"']*)",
  "()<source%s[^>]-%f[%w]srcset=[\"']()([^\"']*)",
}

--- The line of a position.
---@param text string
---@param position integer
---@return integer
function markdown.line(text, position)
  local _, breaks = text:sub(1, position):gsub("\n", "")
  return breaks + 1
end

--- The links and pictures of a page in their order: `{ target =, at =, first =,
--- is_elsewhere = }`: the positions of the link and of its target.
---@param text string
---@return table[]
function markdown.links(text)
  local links, body = {}, markdown.without_code(text)
  for _, pattern in ipairs(LINKS) do
    for position, first, target in body:gmatch(pattern) do
      target = type(target) == "string" and target or ""
      links[#links + 1] = { target = target, at = position, first = first,
        is_elsewhere = target:find "^%a[%w+.-]*:" ~= nil or target:find "^//" ~= nil }
    end
  end
  table.sort(links, function(a, b)
    return a.first < b.first
  end)
  return links
end

--- The names of links, `[words][name]`, which a page uses and does not define.
---@param text string
---@return string[]
function markdown.undefined(text)
  local defined, undefined, body = {}, {}, markdown.without_code(text)
  for name in body:gmatch "%f[^\n\0]%[([^%]\n]+)%]:%s" do
    defined[name:lower()] = true
  end
  for words, name in body:gmatch "%[([^%[%]]+)%]%[([^%[%]\n]*)%]" do
    name = name ~= "" and name or words
    undefined[#undefined + 1] = not defined[name:lower()] and name or nil
  end
  return undefined
end

--- Code that was meant as two pieces: `a``b`.
---@param text string
---@return string[]
function markdown.joined(text)
  local body, found = markdown.without_blocks(text), {}
  each_span(body, function(first, last, ticks)
    local code = body:sub(first, last)
    found[#found + 1] = ticks == "`" and code:find "[^`%s]``+[^`%s]" and code or nil
  end)
  return found
end

--- What a target means: a path, "" for the page itself, and an anchor or "".
---@param target string
---@return string path, string anchor
function markdown.split(target)
  return target:match "^([^#?]*)%??[^#]*#?(.*)$"
end

return markdown

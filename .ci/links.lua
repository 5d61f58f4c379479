-- Prints links in the repository's *.md files that lead nowhere: to a file or
-- picture that is not there, to an anchor that a page has not got, by a name
-- that nothing defines; and files in docs/ to which no index leads. An anchor
-- is what a forge makes of a heading, or the id of an <a>.

local function read(path)
  local file = assert(io.open(path))
  local text = file:read "a"
  file:close()
  return text
end

--- The files that are part of the repository, and their folders; in order.
local function repository()
  local there, list = {}, {}
  local pipe = assert(io.popen "find . -type f ! -path './build/*' ! -path './.git/*'")
  for line in pipe:lines() do
    local path = line:sub(3)
    there[path], list[#list + 1] = "file", path
    for folder in path:gmatch "()/" do
      there[path:sub(1, folder - 1)] = "folder"
    end
  end
  pipe:close()
  table.sort(list)
  return there, list
end

local function blank(text)
  return (text:gsub("[^\n]", " "))
end

--- Whether a line ends the code that a fence began.
local function ends(fence, line)
  local mark = line:match "^%s*([`~]+)%s*$"
  return mark ~= nil and mark:sub(1, #fence) == fence
end

--- A text with code that stands by itself, fenced or indented, as blanks.
local function without_blocks(text)
  local lines, fence, in_list, after_blank = {}, nil, false, true
  for line in (text .. "\n"):gmatch "(.-)\n" do
    local begins = not fence and (line:match "^%s*(```+)" or line:match "^%s*(~~~+)")
    local is_code = fence or begins or after_blank and not in_list and line:find "^    "
    fence = begins or fence and not ends(fence, line) and fence or nil
    after_blank = is_code or not line:find "%S"
    if not is_code and line:find "^%S" then
      in_list = line:find "^[-*+] " ~= nil or line:find "^%d+[.)] " ~= nil
    end
    lines[#lines + 1] = is_code and blank(line) or line
  end
  return table.concat(lines, "\n")
end

--- A text with code among words, and comments, as blanks.
local function without_spans(text)
  text = text:gsub("<!%-%-.-%-%->", blank)
  local at = 1
  while true do
    local first, last, ticks = text:find("(`+)", at)
    if not first then
      return text
    end
    local paragraph = text:find("\n%s*\n", last) or #text
    local _, to = text:find("%f[`]" .. ticks .. "%f[^`]", last + 1)
    if to and to <= paragraph then
      text = text:sub(1, first - 1) .. blank(text:sub(first, to)) .. text:sub(to + 1)
    end
    at = to and to <= paragraph and to + 1 or last + 1
  end
end

--- Whether a sign other than ASCII's is one that no name has: dashes, arrows,
--- quotation marks and the like.
local function is_sign(character)
  local code = #character > 1 and utf8.codepoint(character) or 0
  return code >= 0xA0 and code <= 0xBF or code >= 0x2000 and code <= 0x2BFF
end

--- The name by which a forge knows a heading: its letters, digits, "-" and "_",
--- and "-" for blanks.
local function slug(heading)
  local text = heading:gsub("!?%[([^%]]*)%]%b()", "%1"):gsub("</?a[^>]*>", "")
  text = text:gsub("^%s+", ""):gsub("[%s#]+$", ""):lower():gsub("[^%w%s\128-\255_-]", "")
  text = text:gsub("[\192-\255][\128-\191]*", function(character)
    return is_sign(character) and "" or nil
  end)
  return (text:gsub("%s", "-"))
end

--- The anchors of a page, as a set.
local function anchors_of(text)
  local anchors, count = {}, {}
  local body = without_blocks(text)
  for heading in ("\n" .. body):gmatch "\n##?#?#?#?#?%s+([^\n]*)" do
    local name = slug(heading)
    anchors[count[name] and name .. "-" .. count[name] or name] = true
    count[name] = (count[name] or 0) + 1
  end
  for id in without_spans(body):gmatch "<a%s+[idname]+=[\"']([^\"']+)" do
    anchors[id] = true
  end
  return anchors
end

-- How links are written, each with its position and where it leads; the last
-- two define a name, or are HTML.
local LINKS = {
  "()%]%(%s*<([^>\n]*)>", "()%]%(%s*([^<%s)][^%s)]*)", "()%]%(%s*(%))",
  "()%f[^\n\0]%[[^%]\n]+%]:[ \t]+<?([^%s>]+)",
  "()<%a+%s[^>]-%f[%w]src=[\"']([^\"']*)", "()<a%s[^>]-%f[%w]href=[\"']([^\"']*)",
}

--- All links of a page, as `{ target =, line = }`.
local function links_of(body)
  local links = {}
  for _, pattern in ipairs(LINKS) do
    for position, target in body:gmatch(pattern) do
      local _, breaks = body:sub(1, position):gsub("\n", "")
      links[#links + 1] = { target = target == ")" and "" or target, line = breaks + 1 }
    end
  end
  table.sort(links, function(a, b)
    return a.line < b.line
  end)
  return links
end

--- The names of links, `[words][name]`, which a page uses and does not define.
local function undefined_in(body)
  local defined, undefined = {}, {}
  for name in body:gmatch "%f[^\n\0]%[([^%]\n]+)%]:%s" do
    defined[name:lower()] = true
  end
  for words, name in body:gmatch "%[([^%[%]]+)%]%[([^%[%]\n]*)%]" do
    name = name ~= "" and name or words
    undefined[#undefined + 1] = not defined[name:lower()] and name or nil
  end
  return undefined
end

--- The path that a link means, from the page on which it stands; nil where it
--- leaves the repository.
local function resolve(page, path)
  local parts = {}
  for part in ((page:match "^(.*/)" or "") .. path):gmatch "[^/]+" do
    if part == ".." and #parts == 0 then
      return nil
    elseif part == ".." then
      parts[#parts] = nil
    elseif part ~= "." then
      parts[#parts + 1] = part
    end
  end
  return table.concat(parts, "/")
end

local there, list = repository()
local pages = {} -- by path

--- The page that is shown for a path: of a folder its README.
local function page_at(path)
  return pages[path] or pages[path == "" and "README.md" or path .. "/README.md"]
end

--- What is wrong with a link; nil where nothing is.
local function fault(page, target)
  local path, anchor = target:match "^([^#?]*)%??[^#]*#?(.*)$"
  local full = path == "" and page or resolve(page, path)
  if target == "" or path:find "^/" or not full then
    return target == "" and "leads nowhere" or path:find "^/" and "begins with /" or "leaves the repository"
  elseif full ~= "" and not there[full] then
    return "is not there"
  end
  pages[page].leads_to[full] = true
  local anchors = (page_at(full) or {}).anchors
  if anchor ~= "" and not (anchors and anchors[anchor]) and (anchors or not anchor:find "^L%d+") then
    return "has no such anchor"
  end
end

local function read_page(path)
  local text = read(path)
  local body = without_spans(without_blocks(text))
  pages[path] = { anchors = anchors_of(text), links = links_of(body), undefined = undefined_in(body), leads_to = {} }
end

local function check_page(path, page)
  for _, link in ipairs(page.links) do
    local is_elsewhere = link.target:find "^%a[%w+.-]*:" or link.target:find "^//"
    local wrong = not is_elsewhere and fault(path, link.target)
    if wrong then
      print(("%s:%d: %s %s"):format(path, link.line, link.target, wrong))
    end
  end
  for _, name in ipairs(page.undefined) do
    print(("%s: [%s] is defined nowhere on this page"):format(path, name))
  end
end

local reached = {}

--- Marks what indexes lead to: a README leads to others, any other page only to
--- pictures and the like.
local function follow(path)
  path = there[path] == "folder" and path .. "/README.md" or path
  if reached[path] then
    return
  end
  reached[path] = true
  for target in pairs((pages[path] or { leads_to = {} }).leads_to) do
    if path:find "README%.md$" or there[target] == "file" and not target:find "%.md$" then
      follow(target)
    end
  end
end

for _, path in ipairs(list) do
  if path:find "%.md$" then
    read_page(path)
  end
end
for _, path in ipairs(list) do
  if pages[path] then
    check_page(path, pages[path])
  end
end
follow "README.md"
for _, path in ipairs(list) do
  if path:find "^docs/" and not reached[path] then
    print(path .. ": no index leads here")
  end
end

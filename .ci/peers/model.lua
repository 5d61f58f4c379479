-- Writes a model for llama.cpp of half a megabyte: what it says has no meaning,
-- but it thinks, calls functions and comes to an end now and then, and a server
-- holds it to a grammar as it does any other: model.lua FILE

local WIDTH, DEPTH, HEADS, INNER, CONTEXT = 64, 2, 4, 128, 16384

-- Kinds of tokens, as the format numbers them.
local NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6
-- How much likelier than others it is that these are said, as a logarithm or so.
local LIKELY = { ["</think>"] = 4, ["<tool_call>"] = 4, ["<|im_end|>"] = 3.5 }
local HARDLY = -40 -- bytes that are no letters: only where nothing else may be
local SPACE = "\u{2581}"

local TEMPLATE = [[
{%- if tools %}
  {{- '<|im_start|>system\n<tools>' }}
  {%- for tool in tools %}
    {{- '\n' + (tool | tojson) }}
  {%- endfor %}
  {{- '\n</tools><|im_end|>\n' }}
{%- endif %}
{%- for message in messages %}
  {%- if message.role == 'tool' %}
    {{- '<|im_start|>user\n<tool_response>\n' + message.content + '\n</tool_response><|im_end|>\n' }}
  {%- elif message.role == 'assistant' %}
    {{- '<|im_start|>assistant\n' }}
    {%- if message.reasoning_content %}
      {{- '<think>\n' + message.reasoning_content + '\n</think>\n\n' }}
    {%- endif %}
    {{- message.content or '' }}
    {%- for call in message.tool_calls or [] %}
      {{- '<tool_call>{"name": "' + call.function.name + '", "arguments": ' }}
      {{- (call.function.arguments | tojson) + '}</tool_call>' }}
    {%- endfor %}
    {{- '<|im_end|>\n' }}
  {%- else %}
    {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' }}
  {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
  {{- '<|im_start|>assistant\n' }}
  {%- if enable_thinking %}
    {{- '<think>\n' }}
  {%- endif %}
{%- endif %}]]

local WORDS = "the of and to in is it you that he was for on are with as his they be at one have this from or had by"
  .. " hot but some what there we can out other were all your when up use word how said each Oslo Paris spider bird"

local function vocabulary()
  local tokens = { "<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>" }
  local kinds = { UNKNOWN, CONTROL, CONTROL, CONTROL, CONTROL }
  local known = {}
  local function add(token, kind)
    if not known[token] then
      known[token] = true
      tokens[#tokens + 1], kinds[#kinds + 1] = token, kind
    end
  end
  for byte = 0, 255 do
    add(("<0x%02X>"):format(byte), BYTE)
  end
  add("<tool_call>", NORMAL)
  add("</think>", NORMAL)
  for byte = 0x21, 0x7E do
    add(string.char(byte), NORMAL)
  end
  for word in (SPACE .. " é ü ß \u{4E2D} \u{1F600}"):gmatch "%S+" do
    add(word, NORMAL)
  end
  for word in WORDS:gmatch "%S+" do
    add(SPACE .. word, NORMAL)
  end
  return tokens, kinds
end

local function text(value)
  return string.pack("<s8", value)
end

local VALUES = {
  u32 = function(value)
    return string.pack("<I4I4", 4, value)
  end,
  f32 = function(value)
    return string.pack("<I4f", 6, value)
  end,
  bool = function(value)
    return string.pack("<I4B", 7, value and 1 or 0)
  end,
  text = function(value)
    return string.pack("<I4", 8) .. text(value)
  end,
  texts = function(list)
    local parts = { string.pack("<I4I4I8", 9, 8, #list) }
    for _, value in ipairs(list) do
      parts[#parts + 1] = text(value)
    end
    return table.concat(parts)
  end,
  numbers = function(list)
    return string.pack("<I4I4I8", 9, 5, #list) .. string.pack("<" .. ("i4"):rep(#list), table.unpack(list))
  end,
  scores = function(list)
    return string.pack("<I4I4I8", 9, 6, #list) .. string.pack("<" .. ("f"):rep(#list), table.unpack(list))
  end,
}

local function metadata(tokens, kinds)
  local scores = {}
  for i, token in ipairs(tokens) do
    scores[i] = kinds[i] == NORMAL and #token or 0
  end
  local rows = {
    { "general.architecture", "text", "llama" },
    { "general.name", "text", "tiny" },
    { "llama.context_length", "u32", CONTEXT },
    { "llama.embedding_length", "u32", WIDTH },
    { "llama.block_count", "u32", DEPTH },
    { "llama.feed_forward_length", "u32", INNER },
    { "llama.attention.head_count", "u32", HEADS },
    { "llama.attention.head_count_kv", "u32", HEADS },
    { "llama.attention.layer_norm_rms_epsilon", "f32", 1e-5 },
    { "llama.rope.dimension_count", "u32", WIDTH // HEADS },
    { "llama.vocab_size", "u32", #tokens },
    { "tokenizer.ggml.model", "text", "llama" },
    { "tokenizer.ggml.tokens", "texts", tokens },
    { "tokenizer.ggml.scores", "scores", scores },
    { "tokenizer.ggml.token_type", "numbers", kinds },
    { "tokenizer.ggml.unknown_token_id", "u32", 0 },
    { "tokenizer.ggml.bos_token_id", "u32", 1 },
    { "tokenizer.ggml.eos_token_id", "u32", 4 },
    { "tokenizer.ggml.add_bos_token", "bool", true },
    { "tokenizer.ggml.add_space_prefix", "bool", false },
    { "tokenizer.chat_template", "text", TEMPLATE },
  }
  local parts = {}
  for i, row in ipairs(rows) do
    parts[i] = text(row[1]) .. VALUES[row[2]](row[3])
  end
  return parts
end

local function noise()
  return math.sqrt(-2 * math.log(1 - math.random())) * math.cos(2 * math.pi * math.random())
end

local function floats(count, value)
  local list = {}
  for i = 1, count do
    list[i] = string.pack("<f", value(i))
  end
  return table.concat(list)
end

--- A matrix of so many columns whose rows begin as `first` says, if it does.
local function matrix(columns, rows, size, first)
  return floats(columns * rows, function(i)
    local is_first = first and (i - 1) % columns == 0
    return is_first and first((i - 1) // columns + 1) or noise() * size
  end)
end

local function ones()
  return floats(WIDTH, function()
    return 1
  end)
end

--- A matrix that adds nothing to the first of the features, which is the same
--- all the way through: what is said is weighed by it.
local function block_matrix(columns, rows)
  return floats(columns * rows, function(i)
    return i <= columns and rows == WIDTH and 0 or noise() / math.sqrt(columns)
  end)
end

local function tensors(tokens, kinds)
  local function one()
    return 1
  end
  local function weight(i)
    return kinds[i] == BYTE and HARDLY or LIKELY[tokens[i]] or 0
  end
  local list = {
    { "token_embd.weight", { WIDTH, #kinds }, matrix(WIDTH, #kinds, 1, one) },
    { "output_norm.weight", { WIDTH }, ones() },
    { "output.weight", { WIDTH, #kinds }, matrix(WIDTH, #kinds, 0.25, weight) },
  }
  for block = 0, DEPTH - 1 do
    for _, row in ipairs {
      { "attn_norm", WIDTH }, { "attn_q", WIDTH, WIDTH }, { "attn_k", WIDTH, WIDTH }, { "attn_v", WIDTH, WIDTH },
      { "attn_output", WIDTH, WIDTH }, { "ffn_norm", WIDTH }, { "ffn_gate", WIDTH, INNER }, { "ffn_up", WIDTH, INNER },
      { "ffn_down", INNER, WIDTH },
    } do
      list[#list + 1] = { ("blk.%d.%s.weight"):format(block, row[1]), { row[2], row[3] },
        row[3] and block_matrix(row[2], row[3]) or ones() }
    end
  end
  return list
end

local function padded(bytes)
  return bytes .. ("\0"):rep(-#bytes % 32)
end

local function gguf()
  math.randomseed(1, 1)
  local tokens, kinds = vocabulary()
  local rows, list = metadata(tokens, kinds), tensors(tokens, kinds)
  local parts, data, offset = { string.pack("<c4I4I8I8", "GGUF", 3, #list, #rows), table.concat(rows) }, {}, 0
  for i, tensor in ipairs(list) do
    local name, shape = tensor[1], tensor[2]
    parts[#parts + 1] = text(name) .. string.pack("<I4" .. ("I8"):rep(#shape), #shape, table.unpack(shape))
      .. string.pack("<I4I8", 0, offset)
    data[i] = padded(tensor[3])
    offset = offset + #data[i]
  end
  return padded(table.concat(parts)) .. table.concat(data)
end

local file = assert(io.open(arg[1], "wb"))
assert(file:write(gguf()))
assert(file:close())

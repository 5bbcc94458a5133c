-- KMS activation over DCE/RPC, for Wireshark and tshark: wireshark -X lua_script:kms.lua
--
-- Written by `kmslab dissector lua`. Names, lengths and values come from kms-lab's encoders, so what
-- `kmslab dissect` calls a field this calls it too: kms.client_time, kms.machine_name, kms.HRESULT.
-- Versions 5 and 6 are sealed: of them the outside is shown, `kmslab dissect` opens a lab's own.
--
-- Wireshark has no table that would give a Lua dissector the stubs of one DCE/RPC interface. This one
-- therefore runs after all others and reads the stubs they found. Where segments are too short for
-- Wireshark to recognise DCE/RPC in them, tell it: tshark -d tcp.port==1688,dcerpc, or Decode As.

--@tables@--

local kms = Proto("kms", "KMS activation")

local TYPES = {
  guid = ftypes.GUID, time = ftypes.ABSOLUTE_TIME, text = ftypes.STRING, bytes = ftypes.BYTES,
}
local NUMBERS = { [2] = ftypes.UINT16, [4] = ftypes.UINT32, [8] = ftypes.UINT64 }

local fields, by_name = {}, {}
for _, layout in pairs(LAYOUTS) do
  for _, row in ipairs(layout) do
    local name, kind, length = row[1], row[2], row[3]
    -- A field that NDR64 makes wider is shown with the wider type.
    local key = name .. (kind == "number" and length == 8 and "64" or "")
    if not by_name[key] then
      local abbreviation = "kms." .. key
      if kind == "number" then
        local base = name == "HRESULT" and base.HEX or base.DEC
        by_name[key] = ProtoField.new(name, abbreviation, NUMBERS[length], VALUES[name], base)
      elseif kind == "time" then
        by_name[key] = ProtoField.absolute_time(abbreviation, name, base.UTC)
      else
        by_name[key] = ProtoField.new(name, abbreviation, TYPES[kind])
      end
      table.insert(fields, by_name[key])
    end
  end
end
by_name.filetime = ProtoField.uint64("kms.client_time.filetime", "FILETIME", base.DEC)
by_name.skew = ProtoField.double("kms.skew", "skew in seconds (client_time minus capture time)")
table.insert(fields, by_name.filetime)
table.insert(fields, by_name.skew)
kms.fields = fields

local wrong = ProtoExpert.new("kms.wrong_form", "wrong form", expert.group.MALFORMED, expert.severity.ERROR)
local refused = ProtoExpert.new("kms.refused", "the host refused", expert.group.RESPONSE_CODE, expert.severity.NOTE)
kms.experts = { wrong, refused }

local stub_field = Field.new("dcerpc.stub_data")
local stream_field = Field.new("tcp.stream")
local from_field = Field.new("tcp.srcport")
local to_field = Field.new("tcp.dstport")
local interface_field = Field.new("dcerpc.cn_bind_to_uuid")
local order_field = Field.new("dcerpc.drep.byteorder")
local BINDS = { [11] = true, [14] = true }
local type_field = Field.new("dcerpc.pkt_type")
local flags_field = Field.new("dcerpc.cn_flags")
local LAST_FRAGMENT, CALLS = 2, { [0] = true, [2] = true }

-- By TCP stream: the port of the host, once a bind has named the interface.
local hosts = {}
function kms.init() hosts = {} end

-- A number of the stub, which has the order of its PDU; of the message always the little one.
local function number(range, big)
  if range:len() == 8 then
    local wide = big and range:uint64() or range:le_uint64()
    return wide:tonumber()
  end
  return big and range:uint() or range:le_uint()
end

local function add_time(tree, range, pinfo)
  local ticks = range:le_uint64()
  local second = UInt64.new(10000000)
  local seconds = (ticks / second):tonumber() - 11644473600
  local rest = (ticks % second):tonumber() * 100
  tree:add(by_name.client_time, range, NSTime.new(seconds, rest))
  tree:add(by_name.filetime, range, ticks):set_generated()
  local skew = seconds + rest / 1e9 - pinfo.abs_ts
  tree:add(by_name.skew, range, skew):set_generated()
end

-- A code point in UTF-8.
local function utf8_bytes(code)
  if code < 0x80 then return string.char(code) end
  local tail, lead, room = "", 0xc0, 0x20
  repeat
    tail = string.char(0x80 + code % 0x40) .. tail
    code = math.floor(code / 0x40)
    if code < room then return string.char(lead + code) .. tail end
    lead, room = lead + room, room / 2
  until false
end

-- UTF-16 up to the first NUL, or all of it; what is half a pair is U+FFFD, and hides nothing.
-- Wireshark's own le_ustringz wants the NUL to be there, and takes the unit behind such a half too.
local function text(range)
  local units, out, place = {}, {}, 1
  for at = 0, range:len() - 2, 2 do
    local unit = range:range(at, 2):le_uint()
    if unit == 0 then break end
    units[#units + 1] = unit
  end
  while place <= #units do
    local unit, code = units[place], units[place]
    if unit >= 0xd800 and unit < 0xe000 then
      local low = unit < 0xdc00 and units[place + 1] or 0
      local paired = low >= 0xdc00 and low < 0xe000
      code = paired and 0x10000 + (unit - 0xd800) * 0x400 + low - 0xdc00 or 0xfffd
      place = place + (paired and 1 or 0)
    end
    out[#out + 1] = utf8_bytes(code)
    place = place + 1
  end
  return table.concat(out)
end

-- Lists a layout's fields; gives their ranges by name, or nothing when they do not fit.
local function list(tree, range, layout, big, pinfo)
  local at, found = 0, {}
  for _, row in ipairs(layout) do
    local name, kind, length = row[1], row[2], row[3]
    if length == "rest" then
      length = range:len() - at
    elseif length == "align" then
      length = -at % 4
    elseif type(length) == "string" then
      length = number(found[length], big)
    end
    if length < 0 or at + length > range:len() then
      tree:add_proto_expert_info(wrong, "wrong form: " .. name .. " ends behind the last byte")
      return nil
    end
    if length > 0 then
      local part = range:range(at, length)
      found[name] = part
      if name == "message" then
        -- Listed by whoever knows which way it goes.
      elseif kind == "time" then
        add_time(tree, part, pinfo)
      elseif kind == "text" then
        tree:add(by_name[name], part, text(part))
      elseif kind == "bytes" then
        tree:add(by_name[name], part)
      else
        local key = name .. (kind == "number" and length == 8 and "64" or "")
        if big then tree:add(by_name[key], part) else tree:add_le(by_name[key], part) end
      end
    end
    at = at + length
  end
  if at < range:len() then
    tree:add_proto_expert_info(wrong, "wrong form: " .. (range:len() - at) .. " bytes are left over")
  end
  return found
end

local function message(tree, range, is_request, pinfo)
  local minor = range:len() >= 4 and range:range(0, 2):le_uint()
  local major = range:len() >= 4 and range:range(2, 2):le_uint()
  local what = is_request and "KMS request" or "KMS answer"
  if not REQUEST_LENGTH[major] or minor ~= 0 then
    tree:add(kms, range, what):add_proto_expert_info(wrong, "wrong form: no version 4.0, 5.0 or 6.0")
    return
  end
  local name = what .. ", version " .. major .. "." .. minor
  local branch = tree:add(kms, range, name)
  pinfo.cols.info:append(" [" .. name .. "]")
  if is_request and range:len() ~= REQUEST_LENGTH[major] then
    branch:add_proto_expert_info(wrong, "wrong form: " .. range:len() .. " bytes instead of " .. REQUEST_LENGTH[major])
  elseif major > 4 and (range:len() < 36 or range:len() % 16 ~= 4) then
    branch:add_proto_expert_info(wrong, "wrong form: no whole blocks behind the IV")
  end
  local layout = major > 4 and LAYOUTS.sealed or (is_request and LAYOUTS.request or LAYOUTS.answer)
  list(branch, range, layout, false, pinfo)
end

-- NDR64 has four zeros after the size, where NDR32 has the size again or a pointer.
local function is_wide(range, is_request, big)
  if range:len() < 16 or number(range:range(4, 4), big) ~= 0 then return false end
  -- A refusal in NDR32 begins with two zeros as well; it ends after the HRESULT.
  return is_request or range:len() > 12
end

local function stub(tree, range, is_request, big, pinfo)
  local wide = is_wide(range, is_request, big)
  local syntax = wide and "64" or "32"
  local branch = tree:add(kms, range, "KMS " .. (is_request and "parameters" or "results") .. ", NDR" .. syntax)
  local layout
  if is_request then
    layout = LAYOUTS["asks" .. syntax]
  else
    local at, length = wide and 8 or 4, wide and 8 or 4
    local null = range:len() >= at + length and number(range:range(at, length), big) == 0
    layout = LAYOUTS[(null and "refuses" or "grants") .. syntax]
  end
  local found = list(branch, range, layout, big, pinfo)
  if not found then return end
  local count = found.max_count
  if count and number(count, big) ~= number(found.size, big) then
    branch:add_proto_expert_info(wrong, "wrong form: size and max_count differ")
  end
  if found.message then message(branch, found.message, is_request, pinfo) end
  if found.HRESULT and number(found.HRESULT, big) ~= 0 then
    branch:add_proto_expert_info(refused, string.format("the host refused: 0x%08X", number(found.HRESULT, big)))
  end
end

-- Whether a stub seen without its bind is one of KMS: a request of a known version and length.
local function seems_request(range)
  for _, at in ipairs({ 8, 16 }) do
    if range:len() >= at + 4 and range:range(at, 2):le_uint() == 0 then
      local length = REQUEST_LENGTH[range:range(at + 2, 2):le_uint()]
      if length and range:range(0, 4):le_uint() == length and range:len() >= at + length then
        return true
      end
    end
  end
  return false
end

function kms.dissector(_, pinfo, tree)
  local stream, from, to = stream_field(), from_field(), to_field()
  if not stream then return end
  stream, from, to = stream.value, from.value, to.value
  -- What the PDUs that carry stubs say, in the order of their stubs.
  local flags, orders, calls = { flags_field() }, { order_field() }, {}
  for place, kind in ipairs({ type_field() }) do
    if CALLS[kind.value] then
      table.insert(calls, { flags = flags[place], order = orders[place] })
    end
  end
  local kind = type_field()
  if kind and BINDS[kind.value] then
    for _, interface in ipairs({ interface_field() }) do
      if INTERFACE[tostring(interface.range:bytes()):lower()] then hosts[stream] = to end
    end
  end
  for place, found in ipairs({ stub_field() }) do
    local range = found.range
    local call = calls[place] or {}
    if not hosts[stream] then
      if from == 1688 or to == 1688 then
        hosts[stream] = to == 1688 and to or from
      elseif seems_request(range) then
        hosts[stream] = to
      end
    end
    -- With the last fragment comes the whole; those before it are pieces.
    local whole = not call.flags or call.flags.value % (2 * LAST_FRAGMENT) >= LAST_FRAGMENT
    if hosts[stream] and whole then
      stub(tree, range, to == hosts[stream], call.order and call.order.value == 0, pinfo)
    end
  end
end

register_postdissector(kms, true)

-- What the operations of client.conversations do.

return {
  ["conversations.create"] =
    "Begins a conversation that the API keeps, from which responses can go on, and returns it.",
  ["conversations.delete"] =
    "Deletes a conversation, and returns a confirmation. The items that were in it are not deleted.",
  ["conversations.items.create"] = "Adds items to a conversation, and returns them as a list.",
  ["conversations.items.delete"] = "Takes an item out of a conversation, and returns the conversation.",
  ["conversations.items.list"] =
    "Returns a page of what was said in a conversation: messages, calls of tools and their results.",
  ["conversations.items.retrieve"] = "Returns one item of a conversation.",
  ["conversations.retrieve"] = "Returns a conversation and its metadata; what was said comes from `items:list`.",
  ["conversations.update"] = "Sets the metadata of a conversation, and returns it.",
}

-- vim.pack, which builds nothing by itself.
-- luacheck: globals vim

vim.api.nvim_create_autocmd("PackChanged", {
  callback = function(event)
    if event.data.spec.name == "oai" and event.data.kind ~= "delete" then
      vim.system({ "make", "nvim" }, { cwd = event.data.path }):wait()
    end
  end,
})
vim.pack.add { { src = "file:///home/newcomer/oai", name = "oai" } }

// Runs the program beside this file. What says that its tests came to their end is read from descriptor 4 before the
// program is, and stays a variable of this function: it stands in no file, and the program's module cannot name it.
"use strict";
(() => {
  const fs = require("fs"), os = require("os"), path = require("path"), url = require("url"), vm = require("vm");
  const Module = require("module"), assert = require("assert");
  const write = fs.writeSync;
  const token = fs.readFileSync(4, "utf8");
  fs.closeSync(4);
  Object.freeze(assert);
  Object.freeze(assert.strict);
  const file = path.join(__dirname, "main.js"), source = fs.readFileSync(file, "utf8");
  const done = () => { if (token) write(3, token + "\n"); };

  const isModule = () => {
    try {
      new vm.Script(Module.wrap(source));
      return false;
    } catch (error) {
      return /import statement|token 'export'|import\.meta|await is only valid/.test(error.message);
    }
  };
  if (isModule()) {  // where modules are, nothing but a file can be one
    globalThis.require = Module.createRequire(file);
    const copy = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "module-")), "main.mjs");
    fs.writeFileSync(copy, source);
    import(url.pathToFileURL(copy).href).then(done);
    return;
  }
  const program = new Module(file, null);
  program.filename = file;
  program.paths = Module._nodeModulePaths(__dirname);
  program._compile(source, file);
  done();
})();

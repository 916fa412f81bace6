"""Runs in the new interpreter: the modules above come as text, for there is no file of them in a cell."""
import json, os, sys, types
with os.fdopen(4, "rb") as file:
    settings = json.load(file)
sys.path[:] = [path for path in sys.path if path]  # nothing is imported from where heddle was started
for name, source in settings.pop("modules"):
    module = types.ModuleType(name)
    sys.modules[name] = module
    exec(compile(source, name + ".py", "exec"), module.__dict__)
sys.modules["zygote"].serve(settings)

// heddle models: what is here, where it came from, what it needs, how fast it is.
#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "cli/backend_choice.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/models_bench.h"
#include "cli/models_texts.h"
#include "cli/progress.h"
#include "model/catalog.h"
#include "model/gguf.h"
#include "model/ollama_import.h"
#include "model/pull.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/interrupts.h"
#include "sys/part_file.h"

namespace heddle::cli {
namespace {

std::string Padded(std::string text, size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

Result<std::string> OneName(const Arguments& arguments) {
  if (arguments.words.size() == 2) return arguments.words[1];
  return Error{Code::kInvalid, Cat({"heddle models ", arguments.words[0], " takes one model; see heddle models list"})};
}

int ListCatalog(const App& app, bool json) {
  const model::Catalog& catalog = model::BuiltinCatalog();
  if (!json) app.Out(Cat({"recommended models, as of ", catalog.as_of, " (heddle models pull NAME)\n"}));
  for (const model::CatalogEntry& entry : catalog.entries) {
    const uint64_t bytes = static_cast<uint64_t>(entry.megabytes) * 1'000'000;
    if (json)
      app.Out(Cat({"{\"name\":", JsonText(entry.name), ",\"bytes\":", std::to_string(bytes),
                   ",\"licence\":", JsonText(entry.licence), ",\"repository\":", JsonText(entry.repository),
                   ",\"file\":", JsonText(entry.file), ",\"for\":", JsonText(entry.purpose), "}\n"}));
    else
      app.Out(Cat({"  ", Padded(entry.name, 20), Padded(HumanBytes(bytes), 9), Padded(entry.licence, 23), entry.purpose,
                   "\n"}));
  }
  return kDone;
}

int List(App& app, const Arguments& arguments) {
  const bool json = arguments.Has("json");
  if (arguments.Has("catalog")) return ListCatalog(app, json);
  const std::string backend = arguments.Get("backend", app.config().Get("backend").value);
  if (backend != "runner") {
    Arguments named = arguments;
    named.flags["model"] = "any";
    auto chosen = ChooseBackend(app, named);
    if (!chosen) return app.Fail(chosen.error());
    const auto models = chosen->backend->Models({});
    if (!models) return app.Fail(models.error());
    for (const std::string& name : *models)
      app.Out(json ? Cat({"{\"name\":", JsonText(name), "}\n"}) : ForTerminal(name) + "\n");
    return kDone;
  }
  const auto models = model::Store::OfUser().List();
  if (!models) return app.Fail(models.error());
  for (const model::StoredModel& each : *models) {
    if (json)
      app.Out(Cat({"{\"name\":", JsonText(each.name), ",\"path\":", JsonText(each.path),
                   ",\"bytes\":", std::to_string(each.bytes), ",\"source\":", JsonText(each.source),
                   ",\"sha256\":", JsonText(each.sha256), "}\n"}));
    else
      app.Out(Cat({Padded(ForTerminal(each.name), 44), " ", Padded(HumanBytes(each.bytes), 9), ForTerminal(each.source),
                   "\n"}));
  }
  if (models->empty() && !json) app.Err("no models are here yet; heddle models list --catalog shows some to pull\n");
  return kDone;
}

int Pull(App& app, const Arguments& arguments) {
  auto name = OneName(arguments);
  if (!name) return app.Fail(name.error());
  auto source = model::ParsePullSource(*name);
  if (!source) return app.Fail(source.error());
  source->sha256 = Lower(arguments.Get("sha256"));
  if (!source->sha256.empty() && source->sha256.size() != 64)
    return app.Fail({Code::kInvalid, "--sha256: expected 64 hexadecimal digits"});
  const sys::Interrupts interrupts;
  Progress progress(app, source->file);
  const auto pulled = model::Pull(
      model::Store::OfUser(), *source, net::CurlClient(),
      [&](const model::PullProgress& p) { progress.Show(p.done, p.total, p.begun_with); }, interrupts.token());
  progress.Clear();
  if (!pulled) return app.Fail(pulled.error());
  app.Out(Cat({ForTerminal(pulled->name), "  ", HumanBytes(pulled->bytes), "  sha256 ", pulled->sha256, "\n"}));
  return kDone;
}

int Verify(App& app, const Arguments& arguments) {
  const model::Store store = model::Store::OfUser();
  std::vector<model::StoredModel> models;
  if (arguments.words.size() == 1) {
    auto all = store.List();
    if (!all) return app.Fail(all.error());
    models = *std::move(all);
  }
  for (size_t i = 1; i < arguments.words.size(); ++i) {
    auto found = store.Find(arguments.words[i]);
    if (!found) return app.Fail(found.error());
    models.push_back(*std::move(found));
  }
  int code = kDone;
  for (const model::StoredModel& each : models) {
    const auto info = model::InspectModel(each.path);
    Progress progress(app, each.name);
    struct Watched {
      Progress* progress;
      uint64_t bytes;
    } watched{&progress, each.bytes};
    const auto sha256 = sys::Sha256OfFile(
        each.path,
        [](void* user, uint64_t done) {
          return static_cast<Watched*>(user)->progress->Show(done, static_cast<Watched*>(user)->bytes, 0), true;
        },
        &watched);
    progress.Clear();
    std::string verdict = "ok";
    if (!info)
      verdict = info.error().message;
    else if (!sha256)
      verdict = sha256.error().message;
    else if (each.sha256.empty())
      verdict = Cat({"whole; no SHA-256 to compare, it is ", *sha256});
    else if (each.sha256 != *sha256)
      verdict = Cat({"CHANGED: its SHA-256 is ", *sha256, ", it was ", each.sha256, " when it came"});
    if (!info || !sha256 || (!each.sha256.empty() && each.sha256 != *sha256)) code = kError;
    app.Out(Cat({ForTerminal(each.name), ": ", ForTerminal(verdict), "\n"}));
  }
  return code;
}

int Remove(App& app, const Arguments& arguments) {
  auto name = OneName(arguments);
  if (!name) return app.Fail(name.error());
  const model::Store store = model::Store::OfUser();
  auto found = store.Find(*name);
  if (!found) return app.Fail(found.error());
  if (auto removed = store.Remove(*found); !removed) return app.Fail(removed.error());
  app.Out(Cat({"removed ", ForTerminal(found->name), ", ", HumanBytes(found->bytes), "\n"}));
  return kDone;
}

int Show(App& app, const Arguments& arguments) {
  auto name = OneName(arguments);
  if (!name) return app.Fail(name.error());
  const auto found = model::Store::OfUser().Find(*name);
  if (!found) return app.Fail(found.error());
  const auto info = model::InspectModel(found->path);
  if (!info) return app.Fail(info.error());
  const int64_t context =
      std::min<int64_t>(info->context > 0 ? info->context : 8192, ParseInt(arguments.Get("context")).value_or(8192));
  const uint64_t need = info->MemoryBytes(context), have = sys::AvailableMemory();
  if (arguments.Has("json")) {
    app.Out(Cat({"{\"name\":",
                 JsonText(found->name),
                 ",\"path\":",
                 JsonText(found->path),
                 ",\"architecture\":",
                 JsonText(info->architecture),
                 ",\"parameters\":",
                 std::to_string(info->parameters),
                 ",\"quantisation\":",
                 JsonText(info->quantisation),
                 ",\"bytes\":",
                 std::to_string(info->file_bytes),
                 ",\"context\":",
                 std::to_string(info->context),
                 ",\"vocabulary\":",
                 std::to_string(info->vocabulary),
                 ",\"chat_template\":",
                 info->chat_template.empty() ? "false" : "true",
                 ",\"cache_bytes_per_token\":",
                 std::to_string(info->CacheBytesPerToken()),
                 ",\"memory_bytes\":",
                 std::to_string(need),
                 ",\"available_bytes\":",
                 std::to_string(have),
                 ",\"fits\":",
                 need <= have ? "true" : "false",
                 "}\n"}));
    return kDone;
  }
  char parameters[32];
  std::snprintf(parameters, sizeof(parameters), info->parameters >= 1'000'000'000 ? "%.1f billion" : "%.0f million",
                static_cast<double>(info->parameters) / (info->parameters >= 1'000'000'000 ? 1e9 : 1e6));
  app.Out(Cat({ForTerminal(found->name),
               "\n  file           ",
               ForTerminal(found->path),
               "\n  architecture   ",
               ForTerminal(info->architecture),
               info->name.empty() ? "" : ", " + ForTerminal(info->name),
               "\n  weights        ",
               parameters,
               ", mostly ",
               info->quantisation.empty() ? "of an unknown type" : ForTerminal(info->quantisation),
               ", ",
               HumanBytes(info->file_bytes),
               "\n  context        ",
               info->context > 0 ? std::to_string(info->context) + " tokens" : "not said",
               "\n  vocabulary     ",
               std::to_string(info->vocabulary),
               " tokens\n  chat template  ",
               info->chat_template.empty() ? "none: it completes text, but does not chat" : "yes",
               "\n  memory         about ",
               HumanBytes(need),
               " with ",
               std::to_string(context),
               " tokens of context; ",
               HumanBytes(have),
               " are free: ",
               need <= have ? "it fits" : "it does not fit",
               "\n"}));
  return kDone;
}

int Import(App& app, const Arguments& arguments) {
  const std::string folder = arguments.words.size() > 1     ? arguments.words[1]
                             : sys::HasEnv("OLLAMA_MODELS") ? sys::Env("OLLAMA_MODELS")
                                                            : sys::HomeDirectory() + "/.ollama/models";
  const auto imported = model::ImportOllama(model::Store::OfUser(), folder);
  if (!imported) return app.Fail(imported.error());
  for (const std::string& line : *imported) app.Out(ForTerminal(line) + "\n");
  return kDone;
}

struct Part {
  std::string_view name;
  int (*run)(App& app, const Arguments& arguments);
};
constexpr Part kParts[] = {
    {"list", List},        {"pull", Pull},        {"verify", Verify},         {"rm", Remove},
    {"show", Show},        {"bench", BenchModel}, {"compare", CompareModels}, {"quantize", QuantizeModel},
    {"embed", EmbedTexts}, {"fill", FillBetween}, {"import", Import}};

}  // namespace

int RunModels(App& app, const Arguments& arguments) {
  const std::string_view name =
      arguments.words.empty() ? std::string_view("list") : std::string_view(arguments.words[0]);
  for (const Part& part : kParts) {
    if (part.name == name) return part.run(app, arguments);
  }
  return app.Fail({Code::kInvalid,
                   Cat({"models ", ForTerminal(name),
                        ": expected list, pull, verify, rm, show, bench, compare, quantize, embed, fill or import"})});
}

}  // namespace heddle::cli

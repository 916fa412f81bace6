#include "ask/learned.h"

#include <algorithm>

#include "ask/render.h"
#include "ask/token.h"
#include "base/text.h"
#include "sys/files.h"

namespace heddle::ask {
namespace {

constexpr std::string_view kMigrations[] = {
    "CREATE TABLE example(id INTEGER PRIMARY KEY, source TEXT, page TEXT, description TEXT, command TEXT);"
    "CREATE VIRTUAL TABLE example_text USING fts5(description, page, content='example', content_rowid='id', "
    "tokenize='porter unicode61');"
    "CREATE TRIGGER example_in AFTER INSERT ON example BEGIN INSERT INTO example_text(rowid, description, page) VALUES "
    "(new.id, new.description, new.page); END;"
    "CREATE TRIGGER example_out AFTER DELETE ON example BEGIN INSERT INTO example_text(example_text, rowid, "
    "description, page) VALUES ('delete', old.id, old.description, old.page); END;"};

constexpr int kMaxDepth = 6;

void CollectPages(const std::string& directory, int depth, std::vector<std::string>& out) {
  if (depth > kMaxDepth || out.size() > 50000) return;
  auto entries = sys::SystemFiles().List(directory);
  if (!entries) return;
  std::sort(entries->begin(), entries->end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const auto& entry : *entries) {
    const std::string path = Cat({directory, "/", entry.name});
    if (entry.kind == sys::FileKind::kDirectory)
      CollectPages(path, depth + 1, out);
    else if (entry.name.ends_with(".md"))
      out.push_back(path);
  }
}

bool LooksSecret(std::string_view line) {
  const std::string lower = Lower(line);
  for (std::string_view word : {"password", "passwd", "token", "secret", "apikey", "api_key", "authorization"}) {
    if (Contains(lower, word)) return true;
  }
  return false;
}

std::vector<std::string> ContentWords(const std::vector<Token>& tokens) {
  std::vector<std::string> out;
  for (const Token& token : tokens) {
    if (token.noise || token.shape != Shape::kWord) continue;
    for (auto word : SplitWords(token.word)) {
      if (std::all_of(word.begin(), word.end(),
                      [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }))
        out.emplace_back(word);
    }
  }
  return out;
}

SlotType TypeOf(std::string_view placeholder) {
  if (Contains(placeholder, "path") || Contains(placeholder, "file") || Contains(placeholder, "dir"))
    return SlotType::kPath;
  if (Contains(placeholder, "port")) return SlotType::kPort;
  if (Contains(placeholder, "url") || Contains(placeholder, "http")) return SlotType::kUrl;
  if (Contains(placeholder, "host") || Contains(placeholder, "ip")) return SlotType::kHost;
  if (!placeholder.empty() && placeholder.find_first_not_of("0123456789") == placeholder.npos) return SlotType::kCount;
  return SlotType::kName;
}

// Puts the request's own values into {{placeholders}}; what is left is shown as <placeholder>.
std::string FillPlaceholders(std::string_view command, const std::vector<Token>& tokens, shell::Dialect dialect,
                             std::vector<std::string>& missing) {
  std::string out;
  std::vector<bool> used(tokens.size(), false);
  for (size_t i = 0; i < command.size();) {
    const size_t end = command.substr(i).starts_with("{{") ? command.find("}}", i) : command.npos;
    if (end == command.npos) {
      out += command[i++];
      continue;
    }
    std::string name(command.substr(i + 2, end - i - 2));
    i = end + 2;
    if (name.starts_with("[") && Contains(name, "|")) {  // {{[-s|--long]}}: either spelling
      out += name.substr(name.find('|') + 1, name.size() - name.find('|') - 2);
      continue;
    }
    const SlotType type = TypeOf(name);
    size_t best = tokens.size();
    for (size_t t = 0; t < tokens.size() && best == tokens.size(); ++t) {
      if (!used[t] && Fit(type, tokens[t], false) >= 0.6) best = t;
    }
    if (best < tokens.size()) {
      used[best] = true;
      out += shell::Quote(tokens[best].raw, dialect);
    } else {
      missing.push_back(name);
      out += Cat({"<", name, ">"});
    }
  }
  return out;
}

}  // namespace

std::vector<TldrExample> ParseTldrPage(std::string_view text) {
  std::vector<TldrExample> out;
  std::string description;
  for (auto raw : Split(text, '\n')) {
    const auto line = Trim(raw);
    if (line.starts_with("- ")) {
      description = std::string(line.substr(2));
      if (description.ends_with(":")) description.pop_back();
    } else if (line.size() > 2 && line.front() == '`' && line.back() == '`' && !description.empty()) {
      out.push_back({description, std::string(line.substr(1, line.size() - 2))});
      description.clear();
    }
  }
  return out;
}

Result<Learned> Learned::Open(const std::string& path) {
  TRY(sys::SystemFiles().MakeDirectories(sys::DirName(path), 0700));
  TRY_ASSIGN(store::Database database, store::Database::Open(path, {std::begin(kMigrations), std::end(kMigrations)}));
  return Learned(std::move(database));
}

Result<LearnReport> Learned::LearnTldr(const std::string& directory,
                                       const std::function<void(int done, int total)>& progress) {
  std::vector<std::string> pages;
  CollectPages(directory, 0, pages);
  if (pages.empty())
    return Error{Code::kNotFound,
                 Cat({directory, ": holds no *.md pages; give the directory of a tldr client's cache"})};
  LearnReport report;
  TRY(database_.Execute("BEGIN IMMEDIATE"));
  auto fill = [&]() -> Result<> {
    TRY(database_.Execute("DELETE FROM example WHERE source = 'tldr'"));
    TRY_ASSIGN(store::Statement insert,
               database_.Prepare("INSERT INTO example(source, page, description, command) VALUES('tldr', ?, ?, ?)"));
    for (const std::string& path : pages) {
      auto text = sys::SystemFiles().Read(path, 1 << 20);
      if (!text || !IsUtf8(*text)) {
        ++report.skipped;
        continue;
      }
      std::string page = sys::BaseName(path);
      page.resize(page.size() - 3);
      for (const TldrExample& example : ParseTldrPage(*text)) {
        TRY(insert.Bind(1, page).Bind(2, example.description).Bind(3, example.command).Run());
        ++report.examples;
      }
      if (++report.pages % 100 == 0 && progress) progress(report.pages, static_cast<int>(pages.size()));
    }
    return {};
  };
  if (auto done = fill(); !done) {
    (void)database_.Execute("ROLLBACK");
    return std::move(done).error();
  }
  TRY(database_.Execute("COMMIT"));
  return report;
}

Result<LearnReport> Learned::LearnHistory(const std::string& file) {
  TRY_ASSIGN(const std::string text, sys::SystemFiles().Read(file, 32 << 20));
  LearnReport report;
  report.pages = 1;
  TRY(database_.Execute("BEGIN IMMEDIATE"));
  auto fill = [&]() -> Result<> {
    TRY(database_.Execute("DELETE FROM example WHERE source = 'history'"));
    TRY_ASSIGN(store::Statement insert,
               database_.Prepare("INSERT INTO example(source, page, description, command) VALUES('history', ?, ?, ?)"));
    std::map<std::string, bool, std::less<>> seen;
    for (auto line : Split(text, '\n')) {
      if (line.starts_with(": ") && line.find(';') != line.npos)
        line = line.substr(line.find(';') + 1);  // zsh's extended form
      line = Trim(line);
      if (line.size() < 8 || line.size() > 400 || line[0] == '#' || !IsUtf8(line) || seen.contains(line)) continue;
      if (LooksSecret(line)) {
        ++report.skipped;
        continue;
      }
      seen.emplace(line, true);
      const std::string name(line.substr(0, line.find(' ')));
      TRY(insert.Bind(1, name).Bind(2, line).Bind(3, line).Run());
      ++report.examples;
    }
    return {};
  };
  if (auto done = fill(); !done) {
    (void)database_.Execute("ROLLBACK");
    return std::move(done).error();
  }
  TRY(database_.Execute("COMMIT"));
  return report;
}

Result<int64_t> Learned::Count() {
  TRY_ASSIGN(store::Statement statement, database_.Prepare("SELECT count(*) FROM example"));
  TRY_ASSIGN(const bool row, statement.Step());
  return row ? statement.Int(0) : 0;
}

Result<std::vector<Candidate>> Learned::Answer(const Book& book, const Request& request, int limit) {
  TRY_ASSIGN(const auto tokens, Tokenize(request.text, book.lexicon(), {.exists = request.exists}));
  const auto words = ContentWords(tokens);
  std::vector<Candidate> out;
  if (words.size() < 2) return out;
  std::string query;
  for (const auto& word : words) query += Cat({query.empty() ? "" : " OR ", "\"", word, "\""});
  TRY_ASSIGN(
      store::Statement find,
      database_.Prepare("SELECT e.description, e.command, e.page, e.source FROM example_text t JOIN example e ON e.id "
                        "= t.rowid WHERE example_text MATCH ? ORDER BY bm25(example_text, 1.0, 1.5) LIMIT 20"));
  find.Bind(1, query);
  for (;;) {
    TRY_ASSIGN(const bool row, find.Step());
    if (!row) break;
    const std::string description = find.Text(0), page = find.Text(2);
    size_t matched = 0;
    std::vector<std::string> unexplained;
    for (const auto& word : words) {
      bool hit = Lemma(page) == Lemma(word);
      for (auto other : SplitWords(description)) hit |= Lemma(Trim(other)) == Lemma(word);
      if (hit)
        ++matched;
      else
        unexplained.push_back(word);
    }
    const double share = static_cast<double>(matched) / static_cast<double>(words.size());
    if (share < 0.6) continue;
    Candidate candidate;
    candidate.intent = Cat({"learned.", find.Text(3), ".", page});
    candidate.unexplained = std::move(unexplained);
    candidate.command = FillPlaceholders(find.Text(1), tokens, request.dialect, candidate.missing);
    candidate.confidence = 0.25 + 0.4 * share - (candidate.missing.empty() ? 0 : 0.08);
    out.push_back(std::move(candidate));
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.confidence > b.confidence; });
  if (out.size() > static_cast<size_t>(limit)) out.resize(static_cast<size_t>(limit));
  return out;
}

}  // namespace heddle::ask

#include "cli/command.h"

#include <CLI/CLI.hpp>
#include <utility>

namespace enks::cli {
namespace {

// Where the help's second column begins: wide enough for all but a few of our options.
constexpr std::size_t kHelpColumn = 34;

template <typename T>
Option AddList(CLI::App& app, const char* name, std::vector<T>& values, const char* help) {
  return Option(app.add_option(name, values, help)->allow_extra_args(false));
}

}  // namespace

Option Option::Required(bool required) {
  option_->required(required);
  return *this;
}

Option Option::ShowDefault() {
  option_->capture_default_str();
  return *this;
}

Option Option::Needs(Option other) {
  option_->needs(other.option_);
  return *this;
}

Option Option::Excludes(Option other) {
  option_->excludes(other.option_);
  return *this;
}

Option Option::Range(int least, int most) {
  option_->check(CLI::Range(least, most));
  return *this;
}

Option Option::TypeName(const char* name) {
  option_->type_name(name);
  return *this;
}

Command Command::AddCommand(const char* name, const char* help) {
  return Command(app_->add_subcommand(name, help));
}

Command Command::AddGroup(const char* name, const char* help) {
  return Command(app_->add_subcommand(name, help)->require_subcommand(1));
}

Option Command::AddOption(const char* name, std::string& value, const char* help) {
  return Option(app_->add_option(name, value, help));
}

Option Command::AddOption(const char* name, int& value, const char* help) {
  return Option(app_->add_option(name, value, help));
}

Option Command::AddOption(const char* name, std::int64_t& value, const char* help) {
  return Option(app_->add_option(name, value, help));
}

Option Command::AddOption(const char* name, std::uint16_t& value, const char* help) {
  return Option(app_->add_option(name, value, help));
}

Option Command::AddOption(const char* name, std::uint64_t& value, const char* help) {
  return Option(app_->add_option(name, value, help));
}

Option Command::AddOption(const char* name, std::vector<std::string>& values, const char* help) {
  return AddList(*app_, name, values, help);
}

Option Command::AddOption(const char* name, std::vector<std::int64_t>& values, const char* help) {
  return AddList(*app_, name, values, help);
}

Option Command::AddFlag(const char* name, bool& value, const char* help) {
  return Option(app_->add_flag(name, value, help));
}

Option Command::AddSwitch(const std::string& name, bool& value, const char* help) {
  // CLI11 reads "!" as: this name sets false.
  return Option(app_->add_flag(name + ",!--no-" + name.substr(2), value, help));
}

Command Command::Footer(const char* text) {
  app_->footer(text);
  return *this;
}

Command Command::Action(std::function<void()> action) {
  app_->callback(std::move(action));
  return *this;
}

bool Command::Given(const char* option) const {
  return app_->count(option) > 0;
}

CommandLine::CommandLine(const char* program, const char* description, const char* version)
    : app_(std::make_unique<CLI::App>(description, program)) {
  app_->require_subcommand(1);
  app_->set_version_flag("--version", version);
  app_->get_formatter()->column_width(kHelpColumn);
}

CommandLine::~CommandLine() = default;

Command CommandLine::Root() {
  return Command(app_.get());
}

Usage CommandLine::Run(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
    return Usage::kRight;
  } catch (const CLI::ParseError& error) {
    // Help and version end the parsing as an error of status 0. exit() prints what is to be said.
    return app_->exit(error) == 0 ? Usage::kRight : Usage::kWrong;
  }
}

}  // namespace enks::cli

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

// What our commands need of a command line, and no more. CLI11 does the work behind it and is
// included in command.cc alone, because each file that includes it takes half a minute to compile.
namespace enks::cli {

// An option, flag or positional argument. A handle: copies mean the same option, which lives as
// long as the CommandLine.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}

  Option Required(bool required = true);
  // Shows the value that the variable has now as the default in the help.
  Option ShowDefault();
  // Refused unless `other` is given, too.
  Option Needs(Option other);
  // Refused together with `other`.
  Option Excludes(Option other);
  // Refused outside of [least, most].
  Option Range(int least, int most);
  // What the help calls the value, instead of TEXT.
  Option TypeName(const char* name);

 private:
  CLI::Option* option_;
};

// A command such as `enks app add`, or a group of commands such as `enks app`. A handle like
// Option: an action may hold a copy.
class Command {
 public:
  explicit Command(CLI::App* app) : app_(app) {}

  Command AddCommand(const char* name, const char* help);
  // A command that is nothing without one of the commands added to it.
  Command AddGroup(const char* name, const char* help);

  // `name` is "--name", "-n,--name", or for a positional argument "name". `value` holds the default
  // and gets what is given; it outlives the CommandLine's Run().
  Option AddOption(const char* name, std::string& value, const char* help);
  Option AddOption(const char* name, int& value, const char* help);
  Option AddOption(const char* name, std::int64_t& value, const char* help);
  Option AddOption(const char* name, std::uint16_t& value, const char* help);
  Option AddOption(const char* name, std::uint64_t& value, const char* help);
  // A list takes one value each time its option is repeated, so that it does not swallow a
  // positional argument behind it.
  Option AddOption(const char* name, std::vector<std::string>& values, const char* help);
  Option AddOption(const char* name, std::vector<std::int64_t>& values, const char* help);
  Option AddFlag(const char* name, bool& value, const char* help);
  // `--name` and `--no-name`, for what a later command may turn off again. Takes "--name".
  Option AddSwitch(const std::string& name, bool& value, const char* help);

  // Printed below the help.
  Command Footer(const char* text);
  // What the command does, once all its options are read. It may throw; see CommandLine::Run().
  Command Action(std::function<void()> action);

  // Whether the command line names the option, be it with its default value. For a switch, either
  // form counts.
  bool Given(const char* option) const;

 private:
  CLI::App* app_;
};

enum class Usage { kRight, kWrong };

// A whole program with its commands.
class CommandLine {
 public:
  CommandLine(const char* program, const char* description, const char* version);
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;
  ~CommandLine();

  // The group to which the commands are added.
  Command Root();
  // Runs the action of the command that the arguments name, or prints the help or version they ask
  // for. Wrong usage is explained on standard error. What an action throws passes through.
  Usage Run(int argc, char** argv);

 private:
  std::unique_ptr<CLI::App> app_;
};

}  // namespace enks::cli

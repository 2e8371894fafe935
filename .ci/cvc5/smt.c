/* Reads SMT-LIB commands from stdin and answers each on stdout, as `cvc5 --lang smt`
 * does, with the libraries of cvc5's PyPI package. They are used by their C interface;
 * the package has no headers, and all that passes here are opaque pointers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct Terms Terms;
typedef struct Solver Solver;
typedef struct Symbols Symbols;
typedef struct Parser Parser;
typedef struct Command Command;

Terms *cvc5_term_manager_new(void);
void cvc5_term_manager_delete(Terms *);
Solver *cvc5_new(Terms *);
void cvc5_delete(Solver *);
const char *cvc5_get_version(Solver *);
void cvc5_set_option(Solver *, const char *name, const char *value);
Symbols *cvc5_symbol_manager_new(Terms *);
void cvc5_symbol_manager_delete(Symbols *);
Parser *cvc5_parser_new(Solver *, Symbols *);
void cvc5_parser_delete(Parser *);
void cvc5_parser_set_str_input(Parser *, int language, const char *text, const char *name);
Command *cvc5_parser_next_command(Parser *, const char **error);
const char *cvc5_cmd_invoke(Command *, Solver *, Symbols *);
const char *cvc5_cmd_get_name(Command *);

enum { SMT_LIB_2_6 = 0, MOST_OPTIONS = 32 };

static struct { const char *name, *value; } options[MOST_OPTIONS];
static int option_count;

static Terms *terms;
static Solver *solver;
static Symbols *symbols;
static Parser *parser;

static void begin(void) {
  terms = cvc5_term_manager_new();
  solver = cvc5_new(terms);
  for (int i = 0; i < option_count; i++) cvc5_set_option(solver, options[i].name, options[i].value);
  symbols = cvc5_symbol_manager_new(terms);
  parser = cvc5_parser_new(solver, symbols);
}

static void end(void) {
  cvc5_parser_delete(parser);
  cvc5_symbol_manager_delete(symbols);
  cvc5_delete(solver);
  cvc5_term_manager_delete(terms);
}

/* --NAME=VALUE, but for the language, which is always SMT-LIB. */
static void take_option(char *argument) {
  char *equals = strchr(argument, '=');
  if (strncmp(argument, "--", 2) || !equals || !strncmp(argument, "--lang", 6)) return;
  if (option_count == MOST_OPTIONS) {
    fputs("too many options\n", stderr);
    exit(2);
  }
  *equals = 0;
  /* --tlimit is the command's; the library limits each question. */
  options[option_count].name = strcmp(argument, "--tlimit") ? argument + 2 : "tlimit-per";
  options[option_count++].value = equals + 1;
}

/* Answers what one top-level expression asks. */
static void answer(const char *text) {
  cvc5_parser_set_str_input(parser, SMT_LIB_2_6, text, "stdin");
  for (;;) {
    const char *error = NULL;
    Command *command = cvc5_parser_next_command(parser, &error);
    if (error) {
      printf("(error \"Parse Error: %s\")\n", error);
      fflush(stdout);
      exit(1);
    }
    if (!command) return;
    if (!strcmp(cvc5_cmd_get_name(command), "exit")) exit(0);
    if (!strcmp(cvc5_cmd_get_name(command), "reset")) {
      /* The library's parser goes on believing that the logic is set. */
      end();
      begin();
      return;
    }
    const char *said = cvc5_cmd_invoke(command, solver, symbols);
    if (said && *said) {
      fputs(said, stdout);
      if (said[strlen(said) - 1] != '\n') putchar('\n');
      fflush(stdout);
    }
  }
}

/* Finds each expression as soon as its last parenthesis is there. */
static void converse(void) {
  enum { CODE, STRING = '"', SYMBOL = '|', COMMENT = '\n' } inside = CODE; /* until that byte */
  size_t room = 1 << 16, length = 0, at = 0, start = 0;
  char *bytes = malloc(room + 1);
  int depth = 0;
  for (;;) {
    if (length == room && bytes) bytes = realloc(bytes, (room *= 2) + 1);
    if (!bytes) {
      fputs("no memory is left\n", stderr);
      exit(1);
    }
    ssize_t count = read(0, bytes + length, room - length);
    if (count <= 0) return;
    length += (size_t)count;
    while (at < length) {
      char byte = bytes[at++];
      if (inside != CODE) {
        if (byte == (char)inside) inside = CODE;
      } else if (byte == '"' || byte == '|') {
        inside = byte == '"' ? STRING : SYMBOL;
      } else if (byte == ';') {
        inside = COMMENT;
      } else if (byte == '(') {
        if (depth++ == 0) start = at - 1;
      } else if (byte == ')' && --depth == 0) {
        char next = bytes[at];
        bytes[at] = 0;
        answer(bytes + start);
        bytes[at] = next;
        memmove(bytes, bytes + at, length - at);
        length -= at;
        at = 0;
      }
    }
  }
}

int main(int count, char **arguments) {
  for (int i = 1; i < count; i++) {
    if (!strcmp(arguments[i], "--version")) {
      begin();
      printf("This is cvc5 version %s (its PyPI package's libraries)\n", cvc5_get_version(solver));
      return 0;
    }
    take_option(arguments[i]);
  }
  begin();
  converse();
  return 0;
}

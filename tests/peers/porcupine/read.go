package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"
)

// What an operation asks for: get, put, append, delete or cas, by its first letter, and its words.
type input struct {
	key      int
	verb     byte
	one, two word
}

// What came of it: d done, f found a word, n not what it compared with, u unknown.
type output struct {
	kind byte
	word word
}

// A word by number, as a state that holds it, and as a text. Zero is no word but absence.
type word struct {
	number int
	held   interface{}
	text   string
}

type history struct {
	limit   time.Duration
	words   []word
	start   int
	appends bool
	events  []porcupine.Event
}

// The first line tells the limit in milliseconds, how many words and events there are, what keys hold
// at the start, and whether anybody appends. Then come the words in hexadecimal, the first of which is
// absence, and the events: a call by its number, key, verb and two words, a return by its number, kind
// and word.
func read(in *bufio.Reader) (history, error) {
	var limit, words, events, appends int
	var got history
	first, err := in.ReadString('\n')
	if err != nil {
		return got, err
	}
	_, err = fmt.Sscanf(first, "history %d %d %d %d %d\n", &limit, &words, &events, &got.start, &appends)
	if err != nil {
		return got, err
	}
	got.limit = time.Duration(limit) * time.Millisecond
	got.appends = appends == 1
	for number := 0; number < words; number++ {
		line, err := in.ReadString('\n')
		if err != nil {
			return got, err
		}
		text, err := hex.DecodeString(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return got, err
		}
		var held interface{} = number
		if got.appends {
			held = textOf(number, string(text))
		}
		got.words = append(got.words, word{number, held, string(text)})
	}
	for at := 0; at < events; at++ {
		event, err := got.event(in)
		if err != nil {
			return got, err
		}
		got.events = append(got.events, event)
	}
	return got, nil
}

func (it *history) event(in *bufio.Reader) (porcupine.Event, error) {
	var id, key, one, two int
	var letter rune
	line, err := in.ReadString('\n')
	if err != nil {
		return porcupine.Event{}, err
	}
	if strings.HasPrefix(line, "call") {
		_, err := fmt.Sscanf(line, "call %d %d %c %d %d\n", &id, &key, &letter, &one, &two)
		asked := &input{key, byte(letter), it.words[one], it.words[two]}
		return porcupine.Event{Kind: porcupine.CallEvent, Value: asked, Id: id}, err
	}
	_, err = fmt.Sscanf(line, "back %d %c %d\n", &id, &letter, &one)
	told := &output{byte(letter), it.words[one]}
	return porcupine.Event{Kind: porcupine.ReturnEvent, Value: told, Id: id}, err
}

package main

import "github.com/anishathalye/porcupine"

// A key that holds a text holds it behind this mark, so that an absent one is no empty one.
const present = "="

// What a key of texts holds: nothing, or the mark and the text.
func textOf(number int, text string) string {
	if number == 0 {
		return ""
	}
	return present + text
}

// The model of one key, as Porcupine's own examples have theirs, and with compare-and-set. Where nobody
// appends, a state is the number of a word, so that states are compared and hashed at once.
func (it history) model() porcupine.Model {
	model := porcupine.Model{
		PartitionEvent: byKey,
		Init:           func() interface{} { return it.words[it.start].held },
		Step:           step,
	}
	if it.appends {
		model.Equal = func(one, two interface{}) bool { return one.(string) == two.(string) }
		model.Hash = func(state interface{}) uint64 { return hash(state.(string)) }
	} else {
		model.Equal = func(one, two interface{}) bool { return one.(int) == two.(int) }
		model.Hash = func(state interface{}) uint64 { return mix(uint64(state.(int)) + 1) }
	}
	return model
}

func step(state, asked, told interface{}) (bool, interface{}) {
	in, out := asked.(*input), told.(*output)
	switch in.verb {
	case 'g':
		return out.kind == 'u' || out.word.held == state, state
	case 'p':
		return true, in.one.held
	case 'd':
		return true, in.two.held
	case 'a':
		held := state.(string)
		if held == "" {
			held = present
		}
		return true, held + in.one.text
	}
	// Compare and set: done, or not, or found something else, or nobody knows.
	same := in.one.held == state
	if same {
		return out.kind == 'd' || out.kind == 'u', in.two.held
	}
	return out.kind == 'n' || out.kind == 'u' || out.kind == 'f' && out.word.held == state, state
}

// The length and the last eight bytes tell most texts of a key apart, at no cost that grows with them.
func hash(text string) uint64 {
	bits := uint64(len(text))
	for at := len(text) - 8; at < len(text); at++ {
		if at >= 0 {
			bits = bits<<8 ^ bits>>56 ^ uint64(text[at])
		}
	}
	return mix(bits)
}

// The finalizer of SplitMix64.
func mix(bits uint64) uint64 {
	bits = (bits ^ bits>>30) * 0xbf58476d1ce4e5b9
	bits = (bits ^ bits>>27) * 0x94d049bb133111eb
	return bits ^ bits>>31
}

// Cuts a history into keys, in the order in which they are first named.
func byKey(history []porcupine.Event) [][]porcupine.Event {
	var parts [][]porcupine.Event
	places, part := make(map[int]int), make(map[int]int)
	for _, event := range history {
		if event.Kind == porcupine.CallEvent {
			key := event.Value.(*input).key
			at, known := places[key]
			if !known {
				at = len(parts)
				places[key] = at
				parts = append(parts, nil)
			}
			part[event.Id] = at
		}
		at := part[event.Id]
		parts[at] = append(parts[at], event)
	}
	return parts
}

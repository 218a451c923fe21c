"""NAO's controller in PyTorch (Luo et al. 2018): encoder with predictor, and attention decoder. Its state dict has the
names that `nao step --network controller` reads."""

import torch
from torch import nn
from torch.nn import functional as f


class Encoder(nn.Module):
    def __init__(self, vocabulary, per_step, embedding, hidden):
        super().__init__()
        self.per_step = per_step
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.rnn = nn.LSTM(embedding * per_step, hidden, batch_first=True)
        self.regressor = nn.Linear(hidden, 1)

    def outputs(self, tokens):
        joined = self.embedding(tokens).reshape(len(tokens), tokens.shape[1] // self.per_step, -1)
        return f.normalize(self.rnn(joined)[0], dim=-1)

    def embed(self, outputs):
        return f.normalize(outputs.mean(1), dim=-1)

    def predict(self, embedding):
        return torch.sigmoid(self.regressor(embedding)).squeeze(1)


class Attention(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.input_proj = nn.Linear(hidden, hidden, bias=False)
        self.output_proj = nn.Linear(2 * hidden, hidden, bias=False)

    def forward(self, queries, outputs):
        weights = torch.softmax(self.input_proj(queries) @ outputs.transpose(1, 2), dim=-1)
        return torch.tanh(self.output_proj(torch.cat([weights @ outputs, queries], dim=-1)))


class Decoder(nn.Module):
    def __init__(self, vocabulary, hidden):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, hidden)
        self.rnn = nn.LSTM(hidden, hidden, batch_first=True)
        self.attention = Attention(hidden)
        self.out = nn.Linear(hidden, vocabulary)

    def forward(self, before, outputs, state):
        queries, state = self.rnn(self.embedding(before), state)
        return torch.log_softmax(self.out(self.attention(queries, outputs)), dim=-1), state


class Controller(nn.Module):
    def __init__(self, vocabulary=12, per_step=2, embedding=32, hidden=64):
        super().__init__()
        self.encoder = Encoder(vocabulary, per_step, embedding, hidden)
        self.decoder = Decoder(vocabulary, hidden)

    def forward(self, tokens):
        """Predictions [B] and log-probabilities [B,T,V] of each token given those before it."""
        outputs = self.encoder.outputs(tokens)
        embedding = self.encoder.embed(outputs)
        before = f.pad(tokens[:, :-1], (1, 0))
        state = embedding.unsqueeze(0)
        return self.encoder.predict(embedding), self.decoder(before, outputs, (state, state))[0]

    def generate(self, tokens, step_size, legal):
        """Sequences [B,T], and how far the second likeliest legal token was from each."""
        outputs = self.encoder.outputs(tokens).detach().requires_grad_()
        (slope,) = torch.autograd.grad(self.encoder.predict(self.encoder.embed(outputs)).sum(), outputs)
        moved = f.normalize(outputs.detach() + step_size * slope, dim=-1)
        with torch.no_grad():
            state = self.encoder.embed(moved).unsqueeze(0)
            state = (state, state)
            token = torch.zeros(len(tokens), 1, dtype=torch.long)
            made, margins = [], []
            for first, end in legal:
                logs, state = self.decoder(token, moved, state)
                best = logs[:, 0, first:end].topk(min(2, end - first))
                token = best.indices[:, :1] + first
                made.append(token)
                margins.append(best.values[:, 0] - best.values[:, -1])
        return torch.cat(made, 1), torch.stack(margins, 1)

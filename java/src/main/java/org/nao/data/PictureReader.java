package org.nao.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.nao.run.IoFailure;

/** Makes images of one size from files of pictures. For several threads. */
public final class PictureReader {
  private static final int MOST_FILE_BYTES = 1 << 28;

  private final PictureDecoder.Size size;
  private final boolean square;

  /**
   * A reader.
   *
   * @param square whether pictures of any size become squares; else all must have the size
   */
  PictureReader(PictureDecoder.Size size, boolean square) {
    this.size = size;
    this.square = square;
  }

  /** A reader of images that are squares, or of pictures that have that size already. */
  public PictureReader(int height, int width) {
    this(new PictureDecoder.Size(width, height), height == width);
  }

  /**
   * The files of pictures that a user means: a file itself, all pictures in a folder and in those
   * in it, in the order of their paths.
   *
   * @throws DataException if there is no such file, or a folder has no picture
   */
  public static List<Path> files(Path fileOrFolder) {
    if (!Files.isDirectory(fileOrFolder)) {
      if (!Files.isRegularFile(fileOrFolder)) {
        throw new DataException(fileOrFolder + ": no such file or folder.");
      }
      return List.of(fileOrFolder);
    }
    final List<Path> files =
        PictureList.filesIn(new FolderTree(fileOrFolder)).stream()
            .filter(PictureList.Source::mayBePicture)
            .map(each -> fileOrFolder.resolve(each.path()))
            .toList();
    if (files.isEmpty()) {
      throw new DataException(fileOrFolder + ": holds no picture.");
    }
    return files;
  }

  /**
   * The image of a file.
   *
   * @param channels 1 or 3
   * @return channels,H,W
   * @throws DataException if the file is no picture that can be used
   */
  public byte[] read(Path file, int channels) {
    final byte[] colours = new byte[Picture.COLOURS * size.height() * size.width()];
    try (InputStream stream = Files.newInputStream(file)) {
      read(bytes(stream), colours, 0);
    } catch (BadPicture e) {
      throw new DataException("%s %s.".formatted(file, e.getMessage()), e);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read (" + IoFailure.reason(e) + ").", e);
    }
    return channels == 1 ? Greys.of(colours, size.height() * size.width()) : colours;
  }

  /** All of a file, unless it is far too long for a picture. */
  static byte[] bytes(InputStream stream) throws IOException, BadPicture {
    final byte[] bytes = stream.readNBytes(MOST_FILE_BYTES);
    if (bytes.length == MOST_FILE_BYTES) {
      throw new BadPicture("is larger than 256 MiB");
    }
    return bytes;
  }

  /** Puts the image of a file, 3,H,W, into {@code colours} from {@code at} on. */
  void read(byte[] file, byte[] colours, int at) throws BadPicture {
    final Picture picture =
        PictureDecoder.decode(file, square ? size.width() : Integer.MAX_VALUE / Long.BYTES);
    final byte[] planes = picture.planes();
    if (square) {
      new Resizing(picture.height(), picture.width(), size.width())
          .apply(planes, 0, Picture.COLOURS, colours, at);
    } else if (picture.width() == size.width() && picture.height() == size.height()) {
      System.arraycopy(planes, 0, colours, at, planes.length);
    } else {
      throw new BadPicture(
          "has %d x %d pixels (height, width), expected %d x %d"
              .formatted(picture.height(), picture.width(), size.height(), size.width()));
    }
  }
}
